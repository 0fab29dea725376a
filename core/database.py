"""Database work from asynchronous code, and errors that mean that the database is away.

Everything that a socket, a hub or an audio node reads or writes goes through `run`. Each call has a
connection of its own, so that none uses one that died with an earlier server.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import Error, InterfaceError, OperationalError, connections

from core.refusals import Refusal

RETRY_AFTER = 2  # seconds
PATIENCE = 8.0  # seconds; a database that takes longer counts as away
THREADS = 16  # as many as the pool has connections (config/settings.py)

# SQLite's result codes (sqlite.org/rescode.html): busy, locked, read-only, I/O error, full, can't
# open, locking protocol. "No such table" is an OperationalError too, and is a fault of ours.
SQLITE_CODES = frozenset({5, 6, 8, 10, 13, 14, 15})
# PostgreSQL's classes (its manual, appendix A): connection, rolled back because of another
# transaction, resources (the disk is full), operator intervention (shutdown, timeout), system.
POSTGRESQL_CLASSES = frozenset({"08", "40", "53", "57", "58"})
POSTGRESQL_CODES = frozenset({"25006", "55P03"})  # read-only; a lock was not to be had

P = ParamSpec("P")
T = TypeVar("T")

_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="database")


class Unavailable(Refusal):
    """The database can't be reached or written at the moment."""

    status = 503

    def __init__(self) -> None:
        words = "Spaces can’t reach its data right now. Try again in a moment."
        super().__init__("unavailable", words)
        self.headers = {"Retry-After": str(RETRY_AFTER)}


async def run(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call `work` in a thread and return its result. Raises Unavailable, and what it raises."""
    in_thread = sync_to_async(_run, thread_sensitive=False, executor=_threads)
    try:
        async with asyncio.timeout(PATIENCE):
            result: T = await in_thread(work, *args, **kwargs)
            return result
    except TimeoutError as error:
        raise Unavailable from error
    except Error as error:
        if is_unavailable(error):
            raise Unavailable from error
        raise


def is_unavailable(error: BaseException) -> bool:
    """Whether the database is at fault, and not the query: trying again later may help."""
    if not isinstance(error, Error):
        return False
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in SQLITE_CODES
    code = getattr(cause, "sqlstate", None)
    if code is None:  # not from the server: the connection was lost, or never made
        return isinstance(error, OperationalError | InterfaceError)
    return code[:2] in POSTGRESQL_CLASSES or code in POSTGRESQL_CODES


def is_caused_by_outage(error: BaseException | None) -> bool:
    """Whether any cause of this error `is_unavailable`, as of a session's UpdateError."""
    while error is not None:
        if is_unavailable(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def _run(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    try:
        return work(*args, **kwargs)
    finally:
        connections.close_all()
