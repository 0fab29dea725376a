"""The parts of a site that backups contain: its database and its folders."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from django.conf import settings

from config.backup import postgresql, sqlite
from config.backup.errors import BackupError
from config.backup.manifest import Manifest, describe

# Tables that are empty after a restore, because a session that was ended after the backup (e.g.
# because a phone was lost) must not become valid again.
SESSIONS = ("django_session", "usersessions_usersession")


class Database(Protocol):
    """The interface of both kinds of database. All methods raise BackupError if they fail."""

    vendor: str

    def dump(self, into: Path) -> Manifest: ...
    def is_empty(self) -> bool: ...
    def require_unused(self) -> None: ...
    def require_compatible(self, manifest: Manifest) -> None: ...
    def replaced_by(self, dumped: Path, manifest: Manifest) -> AbstractContextManager[None]:
        """Replace the data with the dump, without sessions. An exception in the block restores the
        old data."""


class SQLite:
    vendor = "sqlite"

    def __init__(self, path: Path) -> None:
        self._path = path

    def dump(self, into: Path) -> Manifest:
        applied = sqlite.applied_migrations(self._path)
        sqlite.dump(self._path, into)
        return describe(vendor=self.vendor, migrations=applied)

    def is_empty(self) -> bool:
        return sqlite.is_empty(self._path)

    def require_unused(self) -> None:
        sqlite.require_unused(self._path)

    def require_compatible(self, manifest: Manifest) -> None:
        pass  # SQLite's file format is the same in all versions

    def replaced_by(self, dumped: Path, manifest: Manifest) -> AbstractContextManager[None]:
        unpacked = dumped.with_name("unpacked.sqlite3")
        sqlite.unpack(dumped, unpacked)
        sqlite.delete_rows(unpacked, of=SESSIONS)
        return sqlite.replaced(self._path, unpacked)


class PostgreSQL:
    vendor = "postgresql"

    def __init__(self, parameters: postgresql.Parameters) -> None:
        self._parameters = parameters

    def dump(self, into: Path) -> Manifest:
        applied = postgresql.applied_migrations(self._parameters)
        server = postgresql.server_version(self._parameters)
        used = postgresql.dump(self._parameters, into)
        return describe(
            vendor=self.vendor, migrations=applied, server_version=server, dump_version=used
        )

    def is_empty(self) -> bool:
        return postgresql.is_empty(self._parameters)

    def require_unused(self) -> None:
        postgresql.require_unused(self._parameters)

    def require_compatible(self, manifest: Manifest) -> None:
        server = postgresql.server_version(self._parameters)
        if server < manifest.server_version:
            raise BackupError(
                f"The backup is from PostgreSQL {manifest.server_version}, but this server is "
                f"{server}. Restore into {manifest.server_version} or newer."
            )
        postgresql.find_tool("pg_restore", at_least=manifest.dump_version)

    def replaced_by(self, dumped: Path, manifest: Manifest) -> AbstractContextManager[None]:
        version = manifest.dump_version
        return postgresql.replaced(
            self._parameters, dumped, dump_version=version, without_rows_of=SESSIONS
        )


@dataclass(frozen=True)
class Site:
    home: Path
    database: Database
    folders: dict[str, Path]  # keys are their names in an archive

    @property
    def backups(self) -> Path:
        """The default folder of backups."""
        return self.home / "backups"

    def require_owner(self) -> None:
        """Raise BackupError if root runs this but the site belongs to another user, who could not
        write root's files."""
        if os.geteuid() or not self.home.exists() or self.home.stat().st_uid == 0:
            return
        try:
            owner = self.home.owner()
        except KeyError:
            owner = f"#{self.home.stat().st_uid}"
        raise BackupError(
            f"{self.home} belongs to {owner}, but you are root. Run this as {owner}: "
            f"runuser -u {owner} -- …"
        )

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Hold the lock of bin/run (config/stack.py), so that bin/run can't start the site.

        Raise BackupError if bin/run is already running it.
        """
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(self.home / "run.lock", "w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise BackupError(
                    f"Spaces is running in {self.home}. Stop it, then restore."
                ) from error
            yield


def configured() -> Site:
    """Return the site that the settings describe."""
    database = settings.DATABASES["default"]
    found: Database
    if database["ENGINE"] == "config.sqlite":
        found = SQLite(Path(database["NAME"]))
    else:
        found = PostgreSQL(postgresql.parameters(database))
    folders = {name: Path(folder) for name, folder in settings.BACKED_UP.items()}
    return Site(settings.HOME, found, folders)
