"""The container files run the commands of the systemd units, with the same ports and rights."""

import re

from django.conf import settings

from audio import process_count
from tests.fixtures.confined import read_unit
from tests.fixtures.stack import ROOT

COMPOSE = (ROOT / "deploy" / "compose.yaml").read_text()
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text()


def command_of_unit(name):
    [command] = read_unit(ROOT / "deploy" / "systemd" / f"spaces-{name}.service")["ExecStart"]
    return command.replace("/srv/spaces/.venv/bin/", "").replace("%i", "8000").split()


def service(name):
    return re.split(r"\n  \w+:\n", COMPOSE.partition(f"\n  {name}:\n")[2])[0]


def test_containers_run_the_commands_of_the_units():
    web = re.findall(r'"([^"]+)"', DOCKERFILE.partition("\nCMD ")[2])
    assert [
        each.replace("interface=0.0.0.0", "interface=127.0.0.1") for each in web
    ] == command_of_unit("web@")
    for name in ("worker", "beat", "audio", "hls"):
        [command] = re.findall(r"command: (.+)", service(name))
        assert command.split() == command_of_unit(name)


def test_the_ports_of_all_audio_nodes_are_published():
    port = settings.AUDIO_PORT
    ports = f"{port}-{port + process_count.MAX - 1}"
    assert f'ports: ["{ports}:{ports}/udp"]' in service("audio")
    assert f'AUDIO_PORT: "{port}"' in COMPOSE
    assert 'ports: ["127.0.0.1:8000:8000"]' in service("web") and "'127.0.0.1', 8000" in COMPOSE


def test_the_audio_node_may_use_realtime_priority_as_an_ordinary_user():
    """Docker gives added capabilities only to root."""
    [priority] = read_unit(ROOT / "deploy/systemd/spaces-audio.service")["LimitRTPRIO"]
    assert "\nUSER spaces\n" in DOCKERFILE
    assert f"ulimits: {{ nofile: 65536, rtprio: {priority} }}" in service("audio")


def test_the_preparation_starts_after_the_databases_are_healthy():
    for name in ("database", "redis"):
        assert "healthcheck:" in service(name)
        assert f"{name}: {{ condition: service_healthy }}" in service("prepare")


def test_containers_use_the_home_and_the_locked_packages_of_the_site():
    assert "ENV SPACES_HOME=/var/lib/spaces" in DOCKERFILE
    assert "--home-dir /var/lib/spaces spaces" in DOCKERFILE
    assert "--require-hashes -r requirements.lock" in DOCKERFILE
    assert "SPACES_PUBLIC: /var/lib/spaces" in COMPOSE
