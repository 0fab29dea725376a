"""SPACES_HOME is for the user that runs the site alone, whatever the umask, and however it began.

A home that only its owner may enter protects all that is in it. The files that hold what is secret
are closed themselves as well: copies of them often end up elsewhere. Folders that may hold a great
many files are closed and not searched, since every start does this: what the site stores there is
private from its first byte (settings.STORAGES).
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600
OTHERS = stat.S_IRWXG | stat.S_IRWXO
SECRETS = ("db.sqlite3*", "secret_key", "celerybeat-schedule*", "run.lock")
SECRET_FOLDERS = ("logs", "redis", "backups")  # with the few files in them
LARGE_FOLDERS = ("evidence", "exports", "uploads")


def make_private(home: Path, *, database: Path | None = None) -> None:
    """Make the home if it is not there, and tighten what is.

    `database` is SQLite's file; its companions (-wal, -shm) take their mode from it. What belongs
    to somebody else stays as it is: the user that runs the site cannot change it.
    """
    home.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
    if database is not None and database.parent.is_dir():
        if home.stat().st_uid == os.geteuid():  # root makes no file that the site cannot write
            _make_file(database)
        _tighten(database)
    for path in (home, *_secrets(home)):
        _tighten(path)


def open_private(path: str | os.PathLike[str], flags: int) -> int:
    """An opener for `open`: what is made by it is nobody else's to read."""
    return os.open(path, flags, mode=PRIVATE_FILE)


def _secrets(home: Path) -> Iterator[Path]:
    for pattern in SECRETS:
        yield from home.glob(pattern)
    for name in (*SECRET_FOLDERS, *LARGE_FOLDERS):
        yield home / name
    for name in SECRET_FOLDERS:
        yield from (home / name).glob("*")


def _make_file(path: Path) -> None:
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDONLY, PRIVATE_FILE))
    except OSError:  # whoever opens it next says what is wrong
        return


def _tighten(path: Path) -> None:
    try:
        mode = path.lstat().st_mode
        if mode & OTHERS and not stat.S_ISLNK(mode):
            path.chmod(stat.S_IMODE(mode) & ~OTHERS)
    except OSError:  # gone meanwhile, or somebody else's
        return
