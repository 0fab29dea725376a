"""A connection that waits for an answer only for a limited time."""

import contextlib
from collections.abc import Iterator
from typing import Any

import psycopg
from django.conf import settings

GRACE = 1.0  # seconds after the server's own limit, whose error gives the reason
CHECK_PATIENCE = 1.0  # seconds; a check is an empty query


class NoAnswer(psycopg.OperationalError):
    """The server keeps the connection open but does not answer: it hangs."""


class BoundedConnection(psycopg.Connection[Any]):
    """A connection with a time limit on the client's side.

    PostgreSQL cancels slow queries (statement_timeout), unless it hangs itself, e.g. because its
    process is stopped or its disk does not answer. Then the client gives up and closes the
    connection, whose state is unknown.
    """

    _patience: float | None = None

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        if timeout is not None:  # set by psycopg, which handles its expiry
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
