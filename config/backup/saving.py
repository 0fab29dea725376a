"""Create a backup while the site runs."""

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from config.backup.archive import ArchiveWriter
from config.backup.errors import BackupError
from config.backup.site import Site

NAME = "spaces-{:%Y%m%dT%H%M%SZ}.tar"
NAMED = re.compile(r"spaces-\d{8}T\d{6}Z\.tar")
UNFINISHED = ".unfinished-"  # prefix of the temporary folder of a backup in progress


@dataclass(frozen=True)
class Saved:
    path: Path
    size: int  # bytes
    files: int
    left_out: list[Path]  # paths that are not plain files, e.g. links and sockets
    deleted: list[Path]  # the older backups that were deleted


def save(site: Site, *, to: Path, keep: int | None = None) -> Saved:
    """Save a backup to the file `to`, which must not exist, or under a new name in the folder `to`.

    With `keep`, delete all but the newest `keep` backups in that folder, counting this one.
    """
    site.require_owner()
    into_folder = to.is_dir() or to == site.backups
    if keep is not None and not into_folder:
        raise BackupError("--keep needs a folder. Specify one with --to.")
    if not into_folder and to.exists():
        raise BackupError(f"{to} already exists. Specify another file, or a folder.")
    folder = to if into_folder else to.parent
    if into_folder:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    elif not folder.is_dir():
        raise BackupError(f"There is no folder {folder}.")
    path = to / NAME.format(datetime.now(UTC)) if into_folder else to
    try:
        with _temporary_folder(folder) as temporary:
            files, left_out = _write(site, temporary / "archive", temporary / "database")
            _publish(temporary / "archive", path)
    except OSError as error:
        raise BackupError(f"The backup could not be written: {error}.") from error
    deleted = _delete_older(folder, keep) if keep else []
    return Saved(path, path.stat().st_size, files, left_out, deleted)


def _write(site: Site, archive: Path, dumped: Path) -> tuple[int, list[Path]]:
    """Write the archive, the database first, so that all files it refers to exist already."""
    manifest = site.database.dump(dumped)
    left_out: list[Path] = []
    descriptor = os.open(archive, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "wb") as stream:
        writer = ArchiveWriter(stream, archive.parent)
        writer.add_manifest(manifest)
        writer.add_database(dumped)
        for name, folder in site.folders.items():
            left_out += writer.add_folder(name, folder)
        writer.finish()
        stream.flush()
        os.fsync(stream.fileno())
    return writer.files, left_out


def _publish(archive: Path, path: Path) -> None:
    """Give the finished archive its name, so that an incomplete archive never has that name."""
    if path.exists():
        raise BackupError(f"{path} already exists.")
    os.replace(archive, path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


@contextmanager
def _temporary_folder(folder: Path) -> Iterator[Path]:
    """Create a temporary folder on the same disk; delete those of backups that were killed."""
    for left in folder.glob(f"{UNFINISHED}*"):
        with _locked(left) as locked:
            if locked:
                shutil.rmtree(left, ignore_errors=True)
    temporary = folder / f"{UNFINISHED}{os.getpid()}"
    temporary.mkdir(mode=0o700)
    with _locked(temporary):
        try:
            yield temporary
        finally:
            shutil.rmtree(temporary, ignore_errors=True)


@contextmanager
def _locked(folder: Path) -> Iterator[bool]:
    """Lock a folder; yield False if another process has locked it.

    The kernel releases the lock when the process ends.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        yield False
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(descriptor)


def _delete_older(folder: Path, keep: int) -> list[Path]:
    backups = [path for path in folder.iterdir() if NAMED.fullmatch(path.name) and path.is_file()]
    older = sorted(backups, key=lambda path: path.name)[:-keep]
    for path in older:
        path.unlink()
    return older
