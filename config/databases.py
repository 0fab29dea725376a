"""Where the database is, from the environment: one address, or PostgreSQL's parts, or a file.

The parts are taken as they stand, so that a password may hold any character. In DATABASE_URL it has
to be percent-encoded, as in any address.
"""

import os
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from environ import Env

SQLITE_OPTIONS = {
    # A deferred read-then-write fails at once with "database is locked", whatever the timeout.
    "transaction_mode": "IMMEDIATE",
    "timeout": 10,  # seconds that a writer waits for the others, before a 503
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}
POSTGRESQL_OPTIONS = {
    # Threads of an ASGI server come and go; a pool, not CONN_MAX_AGE, keeps connections.
    "pool": {
        "min_size": 1,
        "max_size": 16,
        "timeout": 2.0,  # seconds that a request waits for a connection, before a 503
        "max_waiting": 200,
        # Tried again by whoever comes next. The default of 5 minutes is a backoff: after an
        # outage of a minute the pool would leave its next try for another.
        "reconnect_timeout": 1.0,
    },
    "connect_timeout": 2,  # seconds; libpq takes no fewer
    "tcp_user_timeout": 5_000,  # ms without an acknowledgement: the line is cut
    "keepalives_idle": 10,  # seconds
    "keepalives_interval": 5,
    "keepalives_count": 2,
}


def find_database(env: Env, *, home: Path) -> dict[str, Any]:
    """The "default" of DATABASES: where it is, and how we connect.

    What DATABASE_URL says behind its "?" (sslmode, say) goes before our own options.
    """
    found = _locate(env, home)
    if found["ENGINE"] == "django.db.backends.sqlite3":
        ours = SQLITE_OPTIONS
    else:
        ours = POSTGRESQL_OPTIONS
        found["ENGINE"] = "config.postgresql"
    return {**found, "OPTIONS": {**ours, **found.get("OPTIONS", {})}}


def bound_queries(database: dict[str, Any], *, statement: float, lock: float) -> None:
    """Have PostgreSQL end what takes longer than so many seconds, and wait for its answers only a
    moment longer. 0 sets no limit.

    For web processes alone, before they connect: a page must not hang, but migrations, backups and
    the worker may take as long as they need.
    """
    if database["ENGINE"] != "config.postgresql":
        return  # SQLite's "timeout" bounds the wait for a lock
    from config.postgresql.connection import BoundedConnection  # noqa: PLC0415 - only where it is

    limits = {"statement_timeout": statement, "lock_timeout": lock}
    ours = [f"-c {name}={seconds * 1000:.0f}" for name, seconds in limits.items() if seconds]
    options = database["OPTIONS"]
    given = options.get("options", "")  # in DATABASE_URL: the last one wins
    if ours:
        options["options"] = " ".join([*ours, given]).strip()
    if statement:
        options["pool"] = {**options["pool"], "connection_class": BoundedConnection}


def _locate(env: Env, home: Path) -> dict[str, Any]:
    """DATABASE_URL goes first, then POSTGRES_HOST; empty is not set."""
    if env("DATABASE_URL", default=""):
        return _from_address(env)
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


def _from_address(env: Env) -> dict[str, Any]:
    try:
        found: dict[str, Any] = env.db("DATABASE_URL")
    except ValueError:
        raise ImproperlyConfigured(  # what urllib says would show a part of the password
            "DATABASE_URL cannot be read. In its password write / as %2F, # as %23, ? as %3F, @ as "
            "%40, : as %3A and % as %25; or give POSTGRES_HOST, POSTGRES_PASSWORD, … instead."
        ) from None
    return found
