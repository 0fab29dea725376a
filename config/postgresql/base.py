"""Django's PostgreSQL backend with a pool that checks each connection before returning it, and that
tells a busy server from one that can't be reached.

The pool's own check (CONN_HEALTH_CHECKS) waits one second after the first dead connection, two
seconds after the next, and so on. After a restart of the server, all connections are dead, so
requests would time out.
"""

import contextlib
import time
from typing import Any

from django.db.backends.postgresql import base
from psycopg_pool import PoolTimeout

from config.postgresql.connection import CHECK_PATIENCE, BoundedConnection, NoAnswer

BUSY_PATIENCE = 30.0  # seconds that a web request waits in a rush, while the server answers others


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        pool = self.pool
        connection = self._take(conn_params)
        if pool is None:
            return connection
        for _ in range(pool.max_size):
            try:
                with _patience(connection):
                    pool.check_connection(connection)
            except (
                NoAnswer
            ):  # the server hangs, so checking each other connection would take as long
                pool.putconn(connection)
                raise
            except self.Database.Error:
                connection.close()
                pool.putconn(connection)  # since it is closed, the pool opens another one
                connection = self._take(conn_params)
            else:
                break
        return connection  # if every check failed, the pool has only just opened this one

    def _take(self, conn_params: dict[str, Any]) -> Any:
        """Take a connection from the pool. If all are in use, wait on as long as the server answers
        the requests that use them, because in a rush only the time helps; otherwise raise the
        pool's error, so that the response is 503."""
        give_up_at = time.monotonic() + BUSY_PATIENCE
        while True:
            began = time.monotonic()
            try:
                return super().get_new_connection(conn_params)
            except PoolTimeout:
                if BoundedConnection.answered_at < began or time.monotonic() > give_up_at:
                    raise


def _patience(connection: Any) -> contextlib.AbstractContextManager[None]:
    if isinstance(connection, BoundedConnection):
        return connection.patience(CHECK_PATIENCE)
    return contextlib.nullcontext()
