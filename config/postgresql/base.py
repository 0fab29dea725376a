"""Django's PostgreSQL with a pool that hands out no dead connection.

The pool's own check (CONN_HEALTH_CHECKS) waits a second after the first dead connection, two after
the next: after a restart of the server, which kills all of them, requests would run out of time.
"""

import contextlib
from typing import Any

from django.db.backends.postgresql import base

from config.postgresql.connection import CHECK_PATIENCE, BoundedConnection, NoAnswer


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        pool = self.pool
        connection = super().get_new_connection(conn_params)
        if pool is None:
            return connection
        for _ in range(pool.max_size):
            try:
                with _patience(connection):
                    pool.check_connection(connection)
            except NoAnswer:  # all others would be waited for as long, one after the other
                pool.putconn(connection)
                raise
            except self.Database.Error:
                connection.close()
                pool.putconn(connection)  # it is closed: the pool makes another in its place
                connection = super().get_new_connection(conn_params)
            else:
                break
        return connection


def _patience(connection: Any) -> contextlib.AbstractContextManager[None]:
    if isinstance(connection, BoundedConnection):
        return connection.patience(CHECK_PATIENCE)
    return contextlib.nullcontext()
