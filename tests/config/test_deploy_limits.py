"""The files in deploy/ set the limits that the site relies on."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from core.sockets.limits import OPENING_SECONDS

DEPLOY = Path(__file__).resolve().parent.parent.parent / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
ENOUGH_FILES = 65536


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_every_unit_may_open_enough_files(unit):
    assert f"LimitNOFILE={ENOUGH_FILES}" in unit.read_text().splitlines()


def test_every_container_may_open_enough_files():
    shared, _, services = (DEPLOY / "compose.yaml").read_text().partition("\nservices:\n")
    assert f"ulimits: {{ nofile: {ENOUGH_FILES} }}" in shared
    ours = re.findall(r"\n  (\w+):\n    <<: \*spaces\n", services)
    assert {"web", "worker", "beat", "audio", "hls"} <= set(ours)


def test_nginx_limits_sockets_connections_and_bodies():
    text = (DEPLOY / "nginx.conf").read_text()
    sockets = text.partition("location /ws/ {")[2].partition("}")[0]
    assert "limit_conn spaces_sockets" in sockets and "limit_req zone=spaces_openings" in sockets
    assert "client_max_body_size 10m;" in text


def test_the_site_refuses_sockets_before_nginx_does():
    """When nginx refuses, browsers show neither a close code nor a reason."""
    text = (DEPLOY / "nginx.conf").read_text()
    sockets = text.partition("location /ws/ {")[2].partition("}")[0]
    [held] = re.findall(r"limit_conn spaces_sockets (\d+);", sockets)
    [burst] = re.findall(r"limit_req zone=spaces_openings burst=(\d+) nodelay;", sockets)
    [rate] = re.findall(r"zone=spaces_openings:\w+ rate=(\d+)r/s;", text)
    assert int(held) > settings.SOCKETS_PER_ADDRESS
    assert int(burst) > settings.SOCKETS_PER_ADDRESS
    assert int(rate) > settings.SOCKETS_PER_ADDRESS / OPENING_SECONDS


def test_caddy_limits_bodies():
    assert re.search(r"request_body \{\s+max_size 10MB", (DEPLOY / "Caddyfile").read_text())
