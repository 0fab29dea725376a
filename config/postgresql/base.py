"""Django's PostgreSQL backend with a pool that checks each connection before returning it.

The pool's own check (CONN_HEALTH_CHECKS) waits one second after the first dead connection, two
seconds after the next, and so on. After a restart of the server, all connections are dead, so
requests would time out.
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
            except (
                NoAnswer
            ):  # the server hangs, so checking each other connection would take as long
                pool.putconn(connection)
                raise
            except self.Database.Error:
                connection.close()
                pool.putconn(connection)  # since it is closed, the pool opens another one
                connection = super().get_new_connection(conn_params)
            else:
                break
        return connection  # if every check failed, the pool has only just opened this one


def _patience(connection: Any) -> contextlib.AbstractContextManager[None]:
    if isinstance(connection, BoundedConnection):
        return connection.patience(CHECK_PATIENCE)
    return contextlib.nullcontext()
