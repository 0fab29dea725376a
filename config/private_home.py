"""Make SPACES_HOME accessible only to the user that runs the site.

A private folder protects everything in it. Files with secrets are made private as well, because
people often copy them to other folders. If a folder may contain very many files, only the folder
itself is changed, because this happens at every start; the site creates private files in it
(settings.STORAGES).
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600
OTHERS = stat.S_IRWXG | stat.S_IRWXO
SECRETS = ("db.sqlite3*", "secret_key", "celerybeat-schedule*", "run.lock")
SECRET_FOLDERS = ("logs", "redis", "backups", "keys")  # the files in these are changed as well
LARGE_FOLDERS = ("evidence", "exports", "outbox", "uploads")


def make_private(home: Path, *, database: Path | None = None) -> None:
    """Create the home if it is missing, and remove the permissions of other users in it.

    `database` is SQLite's file; SQLite creates the files -wal and -shm with the same mode. Files of
    other users are not changed, because the user that runs the site can't do that.
    """
    home.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
    if database is not None and database.parent.is_dir():
        if (
            home.stat().st_uid == os.geteuid()
        ):  # root must not create a file that the site can't write
            _create_file(database)
        _remove_permissions(database)
    for path in (home, *_secrets(home)):
        _remove_permissions(path)


def open_private(path: str | os.PathLike[str], flags: int) -> int:
    """An opener for `open`: only the owner can read the files that it creates."""
    return os.open(path, flags, mode=PRIVATE_FILE)


def _secrets(home: Path) -> Iterator[Path]:
    for pattern in SECRETS:
        yield from home.glob(pattern)
    for name in (*SECRET_FOLDERS, *LARGE_FOLDERS):
        yield home / name
    for name in SECRET_FOLDERS:
        yield from (home / name).glob("*")


def _create_file(path: Path) -> None:
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDONLY, PRIVATE_FILE))
    except OSError:  # the next access to the file reports the error
        return


def _remove_permissions(path: Path) -> None:
    try:
        mode = path.lstat().st_mode
        if mode & OTHERS and not stat.S_ISLNK(mode):
            path.chmod(stat.S_IMODE(mode) & ~OTHERS)
    except OSError:  # the file was deleted in the meantime, or belongs to another user
        return
