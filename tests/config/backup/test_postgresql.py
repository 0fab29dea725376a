"""How PostgreSQL's programs are found and called."""

import shutil
from pathlib import Path

import pytest

from config.backup import postgresql
from config.backup.errors import BackupError


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Return a function that creates a fake pg_dump of a given version; no other one is found. The
    function returns the path of the file in which the fake records its arguments."""
    monkeypatch.setattr(postgresql, "DEBIAN", str(tmp_path / "nowhere"))
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setattr(shutil, "which", lambda name: found.get(name))
    found: dict[str, str] = {}

    def make(version: int) -> Path:
        path = tmp_path / "pg_dump"
        path.write_text(
            "#!/bin/sh\n"
            f'[ "$1" = --version ] && echo "pg_dump (PostgreSQL) {version}.1 (Debian)" && exit\n'
            f'echo "$PGPASSWORD" "$@" > {tmp_path}/called\n'
        )
        path.chmod(0o755)
        found["pg_dump"] = str(path)
        return tmp_path / "called"

    return make


def test_without_pg_dump_the_error_says_what_to_install(program):
    with pytest.raises(BackupError, match=r"pg_dump is not installed.*postgresql-client"):
        postgresql.find_tool("pg_dump", at_least=16)


def test_a_pg_dump_older_than_the_server_is_an_error(program):
    program(15)
    with pytest.raises(BackupError, match="pg_dump 15 is too old: the database needs pg_dump 16"):
        postgresql.find_tool("pg_dump", at_least=16)
    assert postgresql.find_tool("pg_dump", at_least=15)[1] == 15


def test_the_database_password_is_not_on_the_command_line(program, tmp_path):
    called = program(16)
    parameters = {"host": "db.example", "dbname": "a name", "user": "spaces", "password": "hush"}
    tool, _ = postgresql.find_tool("pg_dump", at_least=16)
    postgresql._run(tool, parameters, "--format=custom")
    password, *arguments = called.read_text().split()
    assert password == "hush"
    assert "hush" not in " ".join(arguments)
    assert "host=db.example" in " ".join(arguments)


def test_libpq_gets_its_parameters_from_the_settings():
    database = {"NAME": "spaces", "USER": "ana", "PASSWORD": "p/w", "HOST": "h", "PORT": ""}
    options = {"pool": {"min_size": 1}, "sslmode": "require", "isolation_level": 2}
    assert postgresql.parameters({**database, "OPTIONS": options}) == {
        "dbname": "spaces",
        "user": "ana",
        "password": "p/w",
        "host": "h",
        "sslmode": "require",
    }
