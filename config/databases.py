"""Where the database is, from the environment: one address, or PostgreSQL's parts, or a file.

The parts are taken as they stand, so that a password may hold any character. In DATABASE_URL it has
to be percent-encoded, as in any address.
"""

import os
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from environ import Env


def find_database(env: Env, *, home: Path) -> dict[str, Any]:
    """The "default" of DATABASES. DATABASE_URL goes first, then POSTGRES_HOST; empty is not set."""
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
