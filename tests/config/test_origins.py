"""Loopback hosts are allowed in demos, for developers, and if BASE_URL is a loopback host."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.origins import allowed_hosts, allowed_origins

PUBLIC = "https://spaces.example"
SHOW = """
from django.conf import settings
print(settings.ALLOWED_HOSTS, settings.ALLOWED_ORIGINS, settings.CSRF_TRUSTED_ORIGINS, sep="\\n")
"""
LOOPBACK = ["127.0.0.1", "127.8.8.8", "localhost", "localhost.", "a.localhost", "[::1]", "[::]"]


def settings_with(**environment):
    return subprocess.run(
        [sys.executable, "-c", SHOW],
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SECRET_KEY": "only-for-tests",
            **environment,
        },
        capture_output=True,
        text=True,
    )


def test_a_public_site_accepts_only_its_own_host():
    shown = settings_with(BASE_URL=PUBLIC).stdout.splitlines()
    assert shown == ["['spaces.example']", f"['{PUBLIC}']", f"['{PUBLIC}']"]


@pytest.mark.parametrize("given", [{"DEMO": "1"}, {"DEBUG": "1"}])
def test_a_demo_and_a_developer_may_use_any_loopback_host(given):
    _hosts, _origins, trusted = settings_with(PORT="8123", **given).stdout.splitlines()
    for host in ("127.0.0.1", "localhost", "[::1]"):
        assert f"'http://{host}:8123'" in trusted


def test_a_site_with_a_loopback_origin_does_not_start():
    result = settings_with(BASE_URL=PUBLIC, ALLOWED_ORIGINS=f"{PUBLIC},http://localhost:3000")
    assert result.returncode == 1
    assert result.stderr.splitlines()[-1].endswith(
        "ALLOWED_ORIGINS contains http://localhost:3000, which is this machine. "
        "That needs DEMO=1 or DEBUG=1."
    )


@pytest.mark.parametrize("host", LOOPBACK)
def test_loopback_is_refused_in_every_spelling(host):
    with pytest.raises(ImproperlyConfigured):
        allowed_hosts(["spaces.example", host], base_url=PUBLIC, local=False)
    for origin in (f"http://{host}:3000", f"https://{host}", f"{host}:3000"):
        with pytest.raises(ImproperlyConfigured):
            allowed_origins([PUBLIC, origin], base_url=PUBLIC, port=8000, local=False)
        assert allowed_origins([origin], base_url=PUBLIC, port=8000, local=True) == [origin]


def test_a_private_site_on_this_machine_accepts_its_own_host():
    own = "http://127.0.0.1:8000"
    assert allowed_hosts([], base_url=own, local=False) == ["127.0.0.1"]
    assert allowed_hosts(["127.0.0.1"], base_url=own, local=False) == ["127.0.0.1"]
    assert allowed_origins([], base_url=own, port=8000, local=False) == [own]
    assert allowed_origins([own], base_url=own, port=8000, local=False) == [own]
    assert allowed_hosts([], base_url="http://[::1]:8000", local=False) == ["[::1]"]
