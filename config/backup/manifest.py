"""The manifest, the first file of an archive: what created it, and what restoring it requires."""

import json
import tomllib
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.db.migrations.loader import MigrationLoader

from config.backup.errors import BackupError

FORMAT = 1  # version of the archive format; increase it if older code can't read new archives
KINDS = {
    "format": int,
    "made_at": str,
    "version": str,
    "vendor": str,
    "server_version": int,
    "dump_version": int,
    "migrations": list,
}


@dataclass(frozen=True)
class Manifest:
    format: int
    made_at: str  # ISO 8601, UTC
    version: str  # of Spaces
    vendor: str  # of the database: "sqlite" or "postgresql"
    server_version: int  # of PostgreSQL, major; 0 for SQLite
    dump_version: int  # of the pg_dump that wrote the dump, major; 0 for SQLite
    migrations: list[str]  # the applied migrations, as "app.name"

    def pack(self) -> bytes:
        return json.dumps(asdict(self), indent=1).encode() + b"\n"

    @classmethod
    def unpack(cls, data: bytes) -> "Manifest":
        try:
            parsed = json.loads(data)
            fields = {name: kind(parsed[name]) for name, kind in KINDS.items()}
        except (ValueError, TypeError, KeyError) as error:
            raise BackupError("The archive's manifest cannot be read.") from error
        return cls(**fields)

    def require_readable(self, vendor: str) -> list[str]:
        """Raise BackupError if this code or this kind of database can't restore the archive.

        Return the migrations of this code that the archive lacks.
        """
        if self.vendor != vendor:
            raise BackupError(
                f"This is a backup of {_name(self.vendor)}, but this site uses "
                f"{_name(vendor)}. Set DATABASE_URL to a database of the same kind."
            )
        known = _known_migrations()
        unknown = [name for name in self.migrations if name not in known]
        if self.format > FORMAT or unknown:
            detail = f" (it has the migration {unknown[0]})" if unknown else ""
            raise BackupError(
                f"The backup was created by a newer version of Spaces, {self.version}{detail}. "
                f"This is {version()}. Update it, then restore."
            )
        return sorted(known - set(self.migrations))


def describe(
    *, vendor: str, migrations: list[str], server_version: int = 0, dump_version: int = 0
) -> Manifest:
    return Manifest(
        format=FORMAT,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        version=version(),
        vendor=vendor,
        server_version=server_version,
        dump_version=dump_version,
        migrations=sorted(migrations),
    )


def version() -> str:
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())
    return str(project["project"]["version"])


def _known_migrations() -> set[str]:
    loader = MigrationLoader(None)
    return {f"{app}.{name}" for app, name in loader.disk_migrations}


def _name(vendor: str) -> str:
    return {"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(vendor, repr(vendor))
