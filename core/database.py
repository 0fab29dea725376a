"""Database calls from asynchronous code, and how to recognize an outage of the database.

Sockets, hubs and audio nodes use the database only through `run`. Each call uses a connection of
its own, which on PostgreSQL comes from a pool that checks it first (config/postgresql). So no call
uses a connection that was lost when the database server restarted.
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
TIMEOUT = 8.0  # seconds; a database that takes longer counts as unavailable
THREADS = 16  # the number of connections in the pool (config/databases.py)

# SQLite's result codes (sqlite.org/rescode.html): busy, locked, read-only, I/O error, full, can't
# open, locking protocol. "No such table" is an OperationalError too, but an error in our code.
SQLITE_CODES = frozenset({5, 6, 8, 10, 13, 14, 15})
# PostgreSQL's classes (its manual, appendix A): connection, rolled back because of another
# transaction, resources (the disk is full), operator intervention (shutdown, timeout), system.
POSTGRESQL_CLASSES = frozenset({"08", "40", "53", "57", "58"})
POSTGRESQL_CODES = frozenset({"25006", "55P03"})  # read-only; a lock was not available

P = ParamSpec("P")
T = TypeVar("T")

_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="database")


class Unavailable(Refusal):
    """The database can't be reached or written at the moment."""

    status = 503

    def __init__(self) -> None:
        message = "Spaces can’t read or save data right now. Try again in a moment."
        super().__init__("unavailable", message)
        self.headers = {"Retry-After": str(RETRY_AFTER)}


async def run(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call `work` in a thread and return its result.

    Raise Unavailable during an outage, or if `work` takes longer than TIMEOUT. Pass on all other
    exceptions of `work`.
    """
    in_thread = sync_to_async(_run, thread_sensitive=False, executor=_threads)
    try:
        async with asyncio.timeout(TIMEOUT):
            result: T = await in_thread(work, *args, **kwargs)
            return result
    except TimeoutError as error:
        raise Unavailable from error
    except Error as error:
        if is_unavailable(error):
            raise Unavailable from error
        raise


def is_unavailable(error: BaseException) -> bool:
    """Return whether the database caused this error, not the query, so that a retry may succeed."""
    if not isinstance(error, Error):
        return False
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in SQLITE_CODES
    code = getattr(cause, "sqlstate", None)
    if code is None:  # no code from the server: the connection failed or was lost
        return isinstance(error, OperationalError | InterfaceError)
    return code[:2] in POSTGRESQL_CLASSES or code in POSTGRESQL_CODES


def is_caused_by_outage(error: BaseException | None) -> bool:
    """Return whether this error or any of its causes `is_unavailable`.

    For example, an outage is the cause of the UpdateError that Django raises for a session.
    """
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
