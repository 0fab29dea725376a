"""A connection that waits for an answer only so long."""

import contextlib
from collections.abc import Iterator
from typing import Any

import psycopg
from django.conf import settings

GRACE = 1.0  # seconds beyond the server's own limit, which names the reason and is tried first
CHECK_PATIENCE = 1.0  # seconds; a check asks the server for nothing but an answer


class NoAnswer(psycopg.OperationalError):
    """The server holds the connection and says nothing: it hangs."""


class BoundedConnection(psycopg.Connection[Any]):
    """PostgreSQL ends a query that takes too long (statement_timeout), unless it hangs itself: a
    process that is stopped, or a disk that never answers, keeps the connection open. So the client
    gives up as well, and closes the connection, which is in no known state."""

    _patience: float | None = None

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        if timeout is not None:  # psycopg's own, which knows what to do when it is over
            return super().wait(gen, interval, timeout)
        patience = self._patience or settings.STATEMENT_TIMEOUT + GRACE
        try:
            return super().wait(gen, interval, patience)
        except psycopg.errors._WaitTimeout as error:
            self.close()
            raise NoAnswer(f"no answer within {patience:g} s") from error

    @contextlib.contextmanager
    def patience(self, seconds: float) -> Iterator[None]:
        self._patience = seconds
        try:
            yield
        finally:
            self._patience = None
