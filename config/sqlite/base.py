"""Django's SQLite backend, with a pool of open connections in web processes, and with SQL that is
converted only once.

Each request and each call from a socket runs in a thread that has no connection yet. Opening one
takes 5 ms, because SQLite then reads the whole schema: longer than all queries of most pages. So in
processes that call `keep_connections`, a connection that Django closes goes into the pool, and the
next thread reuses it.
"""

import os
import sqlite3
from collections import deque
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db.backends.sqlite3 import base

MAX_KEPT = 24  # connections; each may take 2 MB
MAX_CONVERTED = 1_000  # statements


class Pool:
    """Open connections, each with its parameters and the file that it has open. A connection is
    used by one thread at a time."""

    def __init__(self) -> None:
        self._kept: deque[tuple[Any, sqlite3.Connection]] = deque()
        self._process = os.getpid()

    def take(self, parameters: dict[str, Any]) -> sqlite3.Connection | None:
        """Return a connection with these parameters, if there is one."""
        if os.getpid() != self._process:
            return None  # SQLite forbids using a connection in a child process
        opens = parameters, _file_of(parameters)
        while True:
            try:
                opened, connection = self._kept.pop()
            except IndexError:
                return None
            if opened == opens:
                _restore(connection, parameters)
                return connection
            connection.close()  # the file was replaced, e.g. by `manage.py restore`

    def put(self, parameters: dict[str, Any], connection: sqlite3.Connection) -> bool:
        """Keep a connection for the next thread; return False if the pool does not take it."""
        file = _file_of(parameters)
        if os.getpid() != self._process or len(self._kept) >= MAX_KEPT or file is None:
            return False
        self._kept.append(((parameters, file), connection))
        return True

    def close(self) -> None:
        while self._kept:
            self._kept.pop()[1].close()


def _restore(connection: sqlite3.Connection, parameters: dict[str, Any]) -> None:
    """Undo what the previous thread may have set for its own queries."""
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA busy_timeout = {parameters.get('timeout', 5) * 1000:.0f}")


def _file_of(parameters: dict[str, Any]) -> tuple[int, int] | None:
    """Return the device and inode of the database; None if there is no such file."""
    try:
        found = os.stat(parameters["database"])
    except (OSError, TypeError, ValueError):
        return None
    return found.st_dev, found.st_ino


_pool: Pool | None = None


def keep_connections() -> Pool:
    """Keep the connections of this process open from now on. Return the pool."""
    global _pool
    _pool = _pool or Pool()
    return _pool


class Cursor(base.SQLiteCursorWrapper):
    """A cursor that remembers the statements that it has converted from Django's style of
    parameters, `%s`, to SQLite's, because most statements are executed again and again."""

    def convert_query(self, query: str, *, param_names: Sequence[str] | None = None) -> str:
        if param_names is None:
            return _converted(query)
        return str(super().convert_query(query, param_names=param_names))


@lru_cache(MAX_CONVERTED)
def _converted(query: str) -> str:
    return base.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")


class DatabaseWrapper(base.DatabaseWrapper):
    _parameters: dict[str, Any]

    def create_cursor(self, name: Any = None) -> Any:
        return self.connection.cursor(factory=Cursor)

    def get_new_connection(self, conn_params: dict[str, Any]) -> sqlite3.Connection:
        self._parameters = conn_params
        kept = _pool.take(conn_params) if _pool else None
        connection: sqlite3.Connection = kept or super().get_new_connection(conn_params)
        return connection

    def _close(self) -> None:
        if not (_pool and self._is_sound() and _pool.put(self._parameters, self.connection)):
            super()._close()  # type: ignore[misc]

    def _is_sound(self) -> bool:
        """Return whether nothing is left over for the next thread: no transaction, no error."""
        if self.connection is None or self.in_atomic_block or self.errors_occurred:
            return False
        return not self.connection.in_transaction
