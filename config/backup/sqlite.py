"""Back up and restore SQLite with its backup API, because a copied file would lack the WAL."""

import gzip
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from config.backup.errors import BackupError

COMPRESSION = 3  # gzip level; higher levels take three times as long and save only 10 % more
BUSY = 20.0  # seconds to wait for a lock
BLOCK = 1 << 20  # bytes


def dump(source: Path, into: Path) -> None:
    """Write a compressed, consistent copy of the database while the site uses it."""
    copy = into.with_name("copy.sqlite3")
    with _opened(source) as database, closing(sqlite3.connect(copy)) as target:
        # A single step is one read transaction, which blocks no writer and is never restarted.
        database.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")  # so that the copy is one file, without a WAL
        _require_undamaged(target)
    with open(copy, "rb") as raw, gzip.open(into, "wb", COMPRESSION) as packed:
        shutil.copyfileobj(raw, packed, BLOCK)
    copy.unlink()


def applied_migrations(source: Path) -> list[str]:
    with _opened(source) as database:
        rows = database.execute("SELECT app, name FROM django_migrations").fetchall()
    return [f"{app}.{name}" for app, name in rows]


def unpack(packed: Path, into: Path) -> None:
    """Decompress the database of an archive, and check that it is not damaged."""
    descriptor = os.open(into, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "wb") as raw:
        try:
            with gzip.open(packed) as compressed:
                shutil.copyfileobj(compressed, raw, BLOCK)
        except (gzip.BadGzipFile, EOFError) as error:
            raise BackupError(f"The archive's database cannot be read: {error}.") from error
    with _opened(into) as database:
        _require_undamaged(database)


def delete_rows(path: Path, *, of: Iterable[str]) -> None:
    """Delete all rows of these tables; skip tables that don't exist."""
    with _opened(path) as database:
        for table in of:
            named = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
            if database.execute(named, [table]).fetchone():
                database.execute(f'DELETE FROM "{table}"')  # noqa: S608 - not user input
        database.commit()


def is_empty(path: Path) -> bool:
    if not path.exists() or not path.stat().st_size:
        return True
    with _opened(path) as database:
        return not database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]


def require_unused(path: Path) -> None:
    """Raise BackupError if another process has this database open."""
    if not path.exists():
        return
    with _opened(path, busy=0) as database:
        try:
            # SQLite leaves WAL mode only if there is no other connection.
            database.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError as error:
            raise BackupError(
                f"Another process uses {path} ({error}). Stop Spaces, then restore."
            ) from error


@contextmanager
def replaced(path: Path, new: Path) -> Iterator[None]:
    """Replace the database at `path` with `new`. An exception in the block restores the old file.

    Call `require_unused` first, so that neither database has a WAL.
    """
    aside = new.with_name("before.sqlite3")
    existed = path.exists()
    if existed:
        shutil.move(path, aside)
    try:
        shutil.move(new, path)
        yield
    except BaseException:
        if existed:
            shutil.move(aside, path)
        raise


@contextmanager
def _opened(path: Path, busy: float = BUSY) -> Iterator[sqlite3.Connection]:
    """Open an existing database; raise BackupError instead of SQLite's errors."""
    if not path.exists():
        raise BackupError(f"There is no database at {path}. Is SPACES_HOME right?")
    uri = f"file:{quote(str(path))}?mode=rw"
    try:
        with closing(sqlite3.connect(uri, uri=True, timeout=busy)) as database:
            yield database
    except sqlite3.Error as error:
        raise BackupError(f"The database at {path} cannot be read: {error}.") from error


def _require_undamaged(database: sqlite3.Connection) -> None:
    [[found], *_] = database.execute("PRAGMA integrity_check(1)").fetchall()
    if found != "ok":
        raise BackupError(f"The database is damaged: {found}.")
