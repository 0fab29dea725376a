"""Set up a site in this process, with an empty migrated database, for a measurement."""

import os
from pathlib import Path

import django


def set_up(home: Path, database: str, redis: str, **more: str) -> None:
    """Configure Django with these URLs and the environment variables `more`, and migrate."""
    defaults = {"DJANGO_SETTINGS_MODULE": "config.settings", "LOG_LEVEL": "WARNING"}
    os.environ.update(
        defaults | more,
        SPACES_HOME=str(home),
        SECRET_KEY="only-for-a-measurement",  # noqa: S106
        DATABASE_URL=database,
        REDIS_URL=redis,
        BASE_URL="http://testserver",
    )
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - needs the settings above

    call_command("migrate", verbosity=0)
