"""Make SPACES_HOME accessible only to the user that runs the site, whatever its modes were before.

A private folder protects everything in it. Files with secrets are made private as well, since
copies of them often end up elsewhere. In folders that may contain very many files, only the folder
itself is changed, because this happens at every start; the site creates private files there
(settings.STORAGES).
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
    """Create the home if it is missing, and remove other users' permissions in it.

    `database` is SQLite's file; its companions (-wal, -shm) get their mode from it. Files of other
    users stay as they are, because the user that runs the site can't change them.
    """
    home.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
    if database is not None and database.parent.is_dir():
        if home.stat().st_uid == os.geteuid():  # as root, don't create files the site can't write
            _make_file(database)
        _tighten(database)
    for path in (home, *_secrets(home)):
        _tighten(path)


def open_private(path: str | os.PathLike[str], flags: int) -> int:
    """An opener for `open` that creates files only their owner can read."""
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
    except OSError:  # the next access to the file reports the error
        return


def _tighten(path: Path) -> None:
    try:
        mode = path.lstat().st_mode
        if mode & OTHERS and not stat.S_ISLNK(mode):
            path.chmod(stat.S_IMODE(mode) & ~OTHERS)
    except OSError:  # deleted in the meantime, or another user's
        return
