from contextlib import suppress
from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from django.contrib.admin.apps import AdminConfig

from config.private_home import make_private


class Admin(AdminConfig):
    default_site = "config.admin.Site"


class Home(AppConfig):
    """Make SPACES_HOME private at the start of every process, before the database is opened."""

    name = "config"

    def ready(self) -> None:
        from config import checks  # noqa: F401, PLC0415  (importing registers the checks)

        with suppress(OSError):  # the next access to the folder reports the error
            make_private(settings.HOME, database=_database_file())


def _database_file() -> Path | None:
    database = settings.DATABASES["default"]
    name = str(database["NAME"])
    is_file = database["ENGINE"].endswith("sqlite") and not name.startswith((":", "file:"))
    return Path(name) if is_file and name else None
