"""Read the database settings from the environment: DATABASE_URL, POSTGRES_… variables, or SQLite.

POSTGRES_PASSWORD is not decoded, so a password may contain any character. In DATABASE_URL, the
password must be percent-encoded, as in any URL.
"""

import os
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from environ import Env

SQLITE_OPTIONS = {
    # In a deferred transaction, a write after a read fails immediately with "database is locked",
    # regardless of the timeout.
    "transaction_mode": "IMMEDIATE",
    "timeout": 10,  # seconds that a writer waits for other writers before the response is 503
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}
POSTGRESQL_OPTIONS = {
    # The threads of a process share this pool. With CONN_MAX_AGE, each of its many threads would
    # keep a connection of its own.
    "pool": {
        "min_size": 1,
        "max_size": 16,
        # Seconds that a request waits for a connection before the response is 503. While the server
        # answers other requests, it waits longer (config.postgresql.base).
        "timeout": 2.0,
        "max_waiting": 200,
        # Seconds for which the pool tries to reconnect; then it waits for the next request. With
        # the default, 5 minutes of exponential backoff, the pool would wait for another minute
        # after an outage of a minute.
        "reconnect_timeout": 1.0,
    },
    # Permit prepared statements (notifications.claims); Django's own cursors don't use them.
    "prepare_threshold": 5,
    "connect_timeout": 2,  # seconds; the minimum of libpq
    "tcp_user_timeout": 5_000,  # ms without an acknowledgement until the connection is closed
    "keepalives_idle": 10,  # seconds
    "keepalives_interval": 5,
    "keepalives_count": 2,
}


def find_database(env: Env, *, home: Path) -> dict[str, Any]:
    """Return the "default" entry of DATABASES.

    Options in the query string of DATABASE_URL (e.g. sslmode) override our defaults.
    """
    found = _locate(env, home)
    if found["ENGINE"] == "django.db.backends.sqlite3":
        defaults = SQLITE_OPTIONS
        found["ENGINE"] = "config.sqlite"
    else:
        defaults = POSTGRESQL_OPTIONS
        found["ENGINE"] = "config.postgresql"
    return {**found, "OPTIONS": {**defaults, **found.get("OPTIONS", {})}}


def bound_queries(database: dict[str, Any], *, statement: float, lock: float) -> None:
    """Limit the seconds that a query may take, and that it may wait for a lock; 0 means no limit.

    PostgreSQL cancels the query; if PostgreSQL does not respond, the client gives up a little
    later. Only web processes call this, before they connect, because a page must not hang.
    Migrations, backups and the worker may take as long as they need.
    """
    if database["ENGINE"] != "config.postgresql":
        return  # SQLite's "timeout" bounds the wait for a lock
    from config.postgresql.connection import BoundedConnection  # noqa: PLC0415 - PostgreSQL only

    limits = {"statement_timeout": statement, "lock_timeout": lock}
    ours = [f"-c {name}={seconds * 1000:.0f}" for name, seconds in limits.items() if seconds]
    options = database["OPTIONS"]
    given = options.get("options", "")  # from DATABASE_URL; it comes last, so it takes precedence
    if ours:
        options["options"] = " ".join([*ours, given]).strip()
    if statement:
        options["pool"] = {**options["pool"], "connection_class": BoundedConnection}


def _locate(env: Env, home: Path) -> dict[str, Any]:
    """Use DATABASE_URL, else POSTGRES_HOST, else SQLite. An empty variable counts as unset."""
    if env("DATABASE_URL", default=""):
        return _from_url(env)
    if env("POSTGRES_HOST", default=""):
        return {
            "ENGINE": "django.db.backends.postgresql",
            "HOST": env("POSTGRES_HOST"),
            "PORT": env("POSTGRES_PORT", default="5432"),
            "NAME": env("POSTGRES_DB", default="spaces"),
            "USER": env("POSTGRES_USER", default="spaces"),
            "PASSWORD": os.environ.get("POSTGRES_PASSWORD", ""),  # env() would expand "$…"
        }
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(home / "db.sqlite3")}


def _from_url(env: Env) -> dict[str, Any]:
    try:
        found: dict[str, Any] = env.db("DATABASE_URL")
    except ValueError:
        raise ImproperlyConfigured(  # the original message shows part of the password
            "DATABASE_URL cannot be read. In its password, write / as %2F, # as %23, ? as %3F, @ "
            "as %40, : as %3A and % as %25; or set POSTGRES_HOST, POSTGRES_PASSWORD, … instead."
        ) from None
    return found
