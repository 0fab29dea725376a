"""The container files run what the systemd units run, on the same ports, with the same rights."""

import re

from django.conf import settings

from tests.fixtures.confined import read_unit
from tests.fixtures.stack import ROOT

COMPOSE = (ROOT / "deploy" / "compose.yaml").read_text()
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text()


def of_unit(name):
    [command] = read_unit(ROOT / "deploy" / "systemd" / f"spaces-{name}.service")["ExecStart"]
    return command.replace("/srv/spaces/.venv/bin/", "").split()


def service(name):
    return re.split(r"\n  \w+:\n", COMPOSE.partition(f"\n  {name}:\n")[2])[0]


def test_they_run_what_the_units_run():
    web = re.findall(r'"([^"]+)"', DOCKERFILE.partition("\nCMD ")[2])
    assert [each.replace("interface=0.0.0.0", "interface=127.0.0.1") for each in web] == of_unit(
        "web"
    )
    for name in ("worker", "beat", "audio"):
        [command] = re.findall(r"command: (.+)", service(name))
        assert command.split() == of_unit(name)


def test_the_node_listens_where_its_port_is_published():
    port = settings.AUDIO_PORT
    assert f'ports: ["{port}:{port}/udp"]' in service("audio")
    assert f'AUDIO_PORT: "{port}"' in COMPOSE
    assert 'ports: ["127.0.0.1:8000:8000"]' in service("web") and "'127.0.0.1', 8000" in COMPOSE


def test_the_node_may_ask_for_realtime_as_an_ordinary_user():
    """Docker gives added capabilities to root alone."""
    [priority] = read_unit(ROOT / "deploy/systemd/spaces-audio.service")["LimitRTPRIO"]
    assert "\nUSER spaces\n" in DOCKERFILE
    assert f"ulimits: {{ nofile: 65536, rtprio: {priority} }}" in service("audio")


def test_nothing_starts_before_what_it_needs():
    for name in ("database", "redis"):
        assert "healthcheck:" in service(name)
        assert f"{name}: {{ condition: service_healthy }}" in service("prepare")


def test_the_home_and_the_locked_packages_are_those_of_the_site():
    assert "ENV SPACES_HOME=/var/lib/spaces" in DOCKERFILE
    assert "--home-dir /var/lib/spaces spaces" in DOCKERFILE
    assert "--require-hashes -r requirements.lock" in DOCKERFILE
    assert "SPACES_PUBLIC: /var/lib/spaces" in COMPOSE
