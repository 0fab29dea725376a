"""A full disk: how it shows, and the line that says so."""

import errno
import shutil
import sqlite3
import sys
from pathlib import Path

NEEDED = 50  # MB to start with: the database, static files, logs
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG})
SQLITE_FULL = 13  # sqlite.org/rescode.html
EXIT_CODE = errno.ENOSPC  # of a process that has said so already


def require_space(home: Path) -> None:
    """Leave in a line when there is not enough to start with."""
    free = shutil.disk_usage(home).free // 1_000_000
    if free < NEEDED:
        words = f"{free} MB are free on the disk of {home}, and Spaces needs {NEEDED} to start."
        sys.exit(f"{words} Make room, or set SPACES_HOME.")


def leave(home: Path) -> None:
    """It became full, or is read-only."""
    print(
        f"Nothing can be written to {home}: the disk is full or read-only. Make room, or set "
        "SPACES_HOME.",
        file=sys.stderr,
    )
    sys.exit(EXIT_CODE)


def is_full(error: BaseException | None) -> bool:
    """Whether a disk that can't be written is what this error comes of."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in FULL:
            return True
        code = getattr(error, "sqlite_errorcode", None)
        if isinstance(error, sqlite3.Error) and code == SQLITE_FULL:
            return True
        error = error.__cause__ or error.__context__
    return False
