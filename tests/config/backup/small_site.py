"""A small site to back up, and helpers for archives."""

import hashlib
import io
import sqlite3
import tarfile
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from config.backup.errors import BackupError
from config.backup.restoring import restore
from config.backup.site import Site, SQLite

MIGRATION = ("accounts", "0001_initial")
SESSIONS = ("django_session", "usersessions_usersession")  # tables
PICTURE, EVIDENCE = b"\x89PNG\r\n" * 1000, b"what was reported"


def make_site(home: Path) -> Site:
    folders = {"media": home / "media", "evidence": home / "evidence"}
    return Site(home, SQLite(home / "db.sqlite3"), folders)


@contextmanager
def open_database(site: Site):
    with closing(sqlite3.connect(site.home / "db.sqlite3", isolation_level=None)) as database:
        yield database


def notes_of(site: Site) -> list[str]:
    with open_database(site) as database:
        return [note for (note,) in database.execute("SELECT note FROM notes ORDER BY rowid")]


def members_of(archive: Path) -> dict[str, bytes]:
    with tarfile.open(archive) as tar:
        return {member.name: tar.extractfile(member).read() for member in tar}


def contents_of(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def write_archive(path: Path, members: list[tuple[tarfile.TarInfo | str, bytes]]) -> Path:
    """Write an archive with these members and correct checksums."""
    sums = b""
    with tarfile.open(path, "w") as tar:
        for given, content in members:
            member = tarfile.TarInfo(given) if isinstance(given, str) else given
            member.size = len(content) if member.isreg() else 0
            tar.addfile(member, io.BytesIO(content))
            sums += f"{hashlib.sha256(content).hexdigest()}  {member.name}\n".encode()
        end = tarfile.TarInfo("SHA256SUMS")
        end.size = len(sums)
        tar.addfile(end, io.BytesIO(sums))
    return path


def assert_refused(site: Site, archive: Path, why: str) -> None:
    """Assert that restoring this archive fails with this message and leaves nothing behind."""
    with pytest.raises(BackupError, match=why):
        restore(site, archive)
    assert [path.name for path in site.home.glob("*") if path.name != "run.lock"] == []
