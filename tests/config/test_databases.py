"""Where the database is configured; a password may contain any character."""

import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from django.core.exceptions import ImproperlyConfigured
from environ import Env

from config.databases import find_database
from tests.fixtures.stack import ROOT

HOME = Path("/var/lib/spaces")
PASSWORDS = ["plain", "a/b", "a@b", "a:b", "a#b", "100%", "a%2Fb", "a?b=c", "$HOME", "ä ö'\"\\"]


@pytest.fixture
def database_settings(monkeypatch):
    def database_settings(**environment):
        for name in ("DATABASE_URL", "POSTGRES_HOST", "POSTGRES_PASSWORD"):
            monkeypatch.delenv(name, raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return find_database(Env(), home=HOME)

    return database_settings


@pytest.mark.parametrize("password", PASSWORDS)
def test_a_password_in_its_own_variable_is_taken_literally(database_settings, password):
    database = database_settings(
        DATABASE_URL="", POSTGRES_HOST="database", POSTGRES_PASSWORD=password
    )
    options = database.pop("OPTIONS")
    assert options["pool"]["timeout"] == 2.0
    assert database == {
        "ENGINE": "config.postgresql",
        "HOST": "database",
        "PORT": "5432",
        "NAME": "spaces",
        "USER": "spaces",
        "PASSWORD": password,
    }


def test_connection_options_in_the_url_are_kept(database_settings):
    database = database_settings(DATABASE_URL="postgresql://spaces@db.example/site?sslmode=require")
    assert database["OPTIONS"]["sslmode"] == "require"
    assert database["OPTIONS"]["connect_timeout"] == 2


@pytest.mark.parametrize("password", PASSWORDS)
def test_a_password_in_a_url_is_percent_encoded(database_settings, password):
    encoded = quote(password, safe="")
    database = database_settings(DATABASE_URL=f"postgresql://spaces:{encoded}@db.example:5433/site")
    values = [database[name] for name in ("HOST", "PORT", "NAME", "USER", "PASSWORD")]
    assert values == ["db.example", 5433, "site", "spaces", password]


@pytest.mark.parametrize("password", ["SECRET/b", "SECRET?b"])
def test_an_unreadable_url_is_an_error_that_explains_the_encoding_and_hides_the_password(
    database_settings, password
):
    with pytest.raises(ImproperlyConfigured, match="write / as %2F") as raised:
        database_settings(DATABASE_URL=f"postgresql://spaces:{password}@db:5432/spaces")
    assert raised.value.__suppress_context__
    assert "SECRET" not in str(raised.value)


def test_without_settings_the_database_is_a_file_in_the_home(database_settings):
    database = database_settings()
    assert database["ENGINE"] == "config.sqlite"
    assert database["NAME"] == "/var/lib/spaces/db.sqlite3"
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


@pytest.mark.parametrize("password", PASSWORDS)
def test_compose_passes_the_password_on_unchanged(password):
    """Use the variables of deploy/compose.yaml, which take precedence over its env_file."""
    text = (ROOT / "deploy" / "compose.yaml").read_text()
    block = text.partition("environment: &environment\n")[2].partition("  volumes:")[0]
    given = dict(re.findall(r'^ {4}(\w+): "?([^"\n]*)"?$', block, re.MULTILINE))
    assert given["POSTGRES_PASSWORD"].startswith("${POSTGRES_PASSWORD")
    show = "from django.conf import settings; print(settings.DATABASES['default']['PASSWORD'])"
    shown = subprocess.run(
        [sys.executable, "-c", show],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONIOENCODING": "utf-8",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SECRET_KEY": "only-for-tests",
            "SPACES_PUBLIC": "/nowhere",
            **given,
            "POSTGRES_PASSWORD": password,
        },
        check=True,
        capture_output=True,
        text=True,
    )
    assert shown.stdout == f"{password}\n"
    assert given["SPACES_PUBLIC"] == given["SPACES_HOME"]  # the volume is the only writable folder
