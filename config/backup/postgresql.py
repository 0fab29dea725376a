"""Back up and restore PostgreSQL with pg_dump and pg_restore."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier

from config.backup.errors import BackupError

DEBIAN = "/usr/lib/postgresql"  # where Debian installs the programs of each version
ASIDE = "spaces_before_restore"  # the schema that contains the old data during a restore
# The objects to move or drop. Sequences that belong to a table are moved and dropped with it.
OBJECTS = """
SELECT format('%%I.%%I', nspname, relname), CASE relkind
  WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END
FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE nspname = %s AND (relkind IN ('r', 'p', 'v', 'm') OR relkind = 'S' AND NOT EXISTS (
  SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype IN ('a', 'i')
))
"""
OTHER_CONNECTIONS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()
"""

Parameters = Mapping[str, Any]


def parameters(database: Mapping[str, Any]) -> dict[str, str]:
    """Return libpq's connection parameters for an entry of DATABASES."""
    known = {option.keyword.decode() for option in psycopg.pq.Conninfo.get_defaults()}
    given = {
        **{name: value for name, value in database.get("OPTIONS", {}).items() if name in known},
        "dbname": database["NAME"],
        "user": database["USER"],
        "password": database["PASSWORD"],
        "host": database["HOST"],
        "port": database["PORT"],
    }
    return {name: str(value) for name, value in given.items() if value}


def server_version(to: Parameters) -> int:
    """Return the server's major version."""
    with _connected(to) as connection:
        return connection.info.server_version // 10_000


def applied_migrations(to: Parameters) -> list[str]:
    with _connected(to) as connection:
        return [
            f"{app}.{name}"
            for app, name in connection.execute("SELECT app, name FROM django_migrations")
        ]


def is_empty(to: Parameters) -> bool:
    with _connected(to) as connection:
        return not _objects(connection, _schema(connection))


def require_unused(to: Parameters) -> None:
    """Raise BackupError while other connections of the site's database user are open."""
    with _connected(to) as connection:
        [others] = connection.execute(OTHER_CONNECTIONS).fetchone() or [0]
    if others:
        raise BackupError(
            f"{others} other connections of {to.get('user', 'this user')} use the database. Stop "
            "Spaces (web, live, worker, beat, audio), close open consoles, then restore."
        )


@contextmanager
def replaced(
    to: Parameters, new: Path, *, dump_version: int, without_rows_of: Iterable[str] = ()
) -> Iterator[None]:
    """Replace the site's data with the dump in the file `new`.

    The tables `without_rows_of` stay empty. An exception in the block restores the old data.
    """
    with _connected(to) as connection:
        schema = _schema(connection)
        before = _objects(connection, schema)
        if _objects(connection, ASIDE):
            raise BackupError(
                f"The schema {ASIDE} contains the old data from a restore that was killed. If you "
                f"don't need that data, drop it (DROP SCHEMA {ASIDE} CASCADE), then restore."
            )
        if before:
            connection.execute(f"CREATE SCHEMA {ASIDE}")
            _move(connection, schema, ASIDE)
    try:
        _load(new, to, dump_version=dump_version)
        _delete_rows(to, schema, of=without_rows_of)
        yield
    except BaseException:
        with _connected(to) as connection:
            for name, kind in _objects(connection, schema):
                connection.execute(f"DROP {kind} IF EXISTS {name} CASCADE")
            if before:
                _move(connection, ASIDE, schema)
                connection.execute(f"DROP SCHEMA {ASIDE}")
        raise
    if before:
        with _connected(to) as connection:
            connection.execute(f"DROP SCHEMA {ASIDE} CASCADE")


def dump(source: Parameters, into: Path) -> int:
    """Write a dump in pg_dump's compressed custom format; return the major version of pg_dump."""
    tool, version = find_tool("pg_dump", at_least=server_version(source))
    _run(tool, source, "--format=custom", f"--file={into}")
    return version


def find_tool(name: str, *, at_least: int) -> tuple[str, int]:
    """Return path and major version of the oldest installed version that is new enough.

    Raise BackupError if there is none.
    """
    on_path = shutil.which(name)
    found = {
        path: _version_of(path)
        for path in [*([on_path] if on_path else []), *map(str, Path(DEBIAN).glob(f"*/bin/{name}"))]
    }
    new_enough = {path: version for path, version in found.items() if version >= at_least}
    if new_enough:
        path = min(new_enough, key=new_enough.__getitem__)
        return path, new_enough[path]
    install = f"Install PostgreSQL {at_least}'s client programs (Debian: postgresql-client)."
    if found:
        raise BackupError(
            f"{name} {max(found.values())} is too old: the database needs {name} {at_least} or "
            f"newer. {install}"
        )
    raise BackupError(f"{name} is not installed. {install}")


def _load(dumped: Path, to: Parameters, *, dump_version: int) -> None:
    """Load the dump into an empty schema, in one transaction."""
    tool, _ = find_tool("pg_restore", at_least=dump_version)
    _run(tool, to, "--single-transaction", "--exit-on-error", str(dumped))


def _delete_rows(to: Parameters, schema: str, *, of: Iterable[str]) -> None:
    """Delete all rows of these tables; skip tables that don't exist."""
    with _connected(to) as connection:
        for table in of:
            name = Identifier(schema, table)
            named = connection.execute("SELECT to_regclass(%s)", [name.as_string(connection)])
            if named.fetchone() != (None,):
                connection.execute(SQL("DELETE FROM {}").format(name))


def _schema(connection: psycopg.Connection[Any]) -> str:
    [schema] = connection.execute("SELECT current_schema()").fetchone() or [None]
    if not schema:
        raise BackupError("The database has no schema that this user may use.")
    return str(schema)


def _objects(connection: psycopg.Connection[Any], schema: str) -> list[tuple[str, str]]:
    """Return the names, quoted for SQL, and the kinds of all objects in the schema."""
    return [(name, kind) for name, kind in connection.execute(OBJECTS, [schema])]


def _move(connection: psycopg.Connection[Any], schema: str, to: str) -> None:
    target = Identifier(to).as_string(connection)
    for name, _ in _objects(connection, schema):
        connection.execute(
            f"ALTER TABLE {name} SET SCHEMA {target}"
        )  # works for sequences and views, too


def _version_of(path: str) -> int:
    output = subprocess.run([path, "--version"], capture_output=True, text=True).stdout
    found = re.search(r"\(PostgreSQL\) (\d+)", output)
    return int(found.group(1)) if found else 0


def _run(tool: str, database: Parameters, *arguments: str) -> None:
    """Run a tool. Pass the password in the environment, because everyone can read command lines."""
    where = {name: value for name, value in database.items() if name != "password"}
    options = ["--no-owner", "--no-privileges", "--no-password", *arguments]
    result = subprocess.run(
        [tool, f"--dbname={make_conninfo(**where)}", *options],
        env={**os.environ, "PGPASSWORD": database.get("password", ""), "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if result.returncode:
        raise BackupError(f"{Path(tool).name} failed: {result.stderr.strip()}")


@contextmanager
def _connected(to: Parameters) -> Iterator[psycopg.Connection[Any]]:
    try:
        with psycopg.connect(make_conninfo(**to), connect_timeout=10) as connection:
            yield connection
    except psycopg.Error as error:
        raise BackupError(f"The database reports an error: {str(error).strip()}.") from error
