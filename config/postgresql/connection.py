"""A connection that waits for a response only for a limited time."""

import contextlib
import time
from collections.abc import Iterator
from typing import Any, ClassVar

import psycopg
from django.conf import settings

GRACE = 1.0  # seconds after the server's own limit, because the server's error gives the reason
CHECK_PATIENCE = 1.0  # seconds; a check is an empty query


class NoAnswer(psycopg.OperationalError):
    """The server hangs: it keeps the connection open but does not respond."""


class BoundedConnection(psycopg.Connection[Any]):
    """A connection with a time limit on the client's side.

    PostgreSQL cancels slow queries (statement_timeout), unless it hangs itself, e.g. because its
    process is stopped or its disk does not respond. Then the client gives up, and closes the
    connection, because its state is unknown.
    """

    answered_at: ClassVar[float] = 0.0  # monotonic time of the last answer on any connection
    _patience: float | None = None

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        if timeout is not None:  # set by psycopg, which handles this timeout itself
            return super().wait(gen, interval, timeout)
        patience = self._patience or settings.STATEMENT_TIMEOUT + GRACE
        try:
            answer = super().wait(gen, interval, patience)
        except psycopg.errors._WaitTimeout as error:
            self.close()
            raise NoAnswer(f"no answer within {patience:g} s") from error
        BoundedConnection.answered_at = time.monotonic()
        return answer

    @contextlib.contextmanager
    def patience(self, seconds: float) -> Iterator[None]:
        """Use another time limit inside the block."""
        self._patience = seconds
        try:
            yield
        finally:
            self._patience = None
