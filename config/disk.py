"""Recognize errors of a full disk, and exit with a message instead of a traceback."""

import errno
import shutil
import sqlite3
import sys
from pathlib import Path

NEEDED = 50  # MB for the database, static files and logs at the start
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG})
SQLITE_FULL = 13  # sqlite.org/rescode.html
EXIT_CODE = errno.ENOSPC  # of a process that has already printed the reason


def require_space(home: Path) -> None:
    """Exit with a message if there is not enough space to start."""
    free = shutil.disk_usage(home).free // 1_000_000
    if free < NEEDED:
        problem = f"{free} MB are free on the disk of {home}, but Spaces needs {NEEDED} to start."
        sys.exit(f"{problem} Free some space, or set SPACES_HOME.")


def leave(home: Path) -> None:
    """Exit with a message because the disk has become full, or is read-only."""
    print(
        f"Nothing can be written to {home}: the disk is full or read-only. Free some space, or set "
        "SPACES_HOME.",
        file=sys.stderr,
    )
    sys.exit(EXIT_CODE)


def is_full(error: BaseException | None) -> bool:
    """Return whether this error was caused by a disk that can't be written to."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in FULL:
            return True
        code = getattr(error, "sqlite_errorcode", None)
        if isinstance(error, sqlite3.Error) and code == SQLITE_FULL:
            return True
        error = error.__cause__ or error.__context__
    return False
