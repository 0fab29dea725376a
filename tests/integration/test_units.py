"""The systemd units: their exposure level, and that Spaces runs under their confinement."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from config.parent_death import die_with_parent
from config.redis_server import RedisServer
from tests.fixtures.confined import CAPABILITIES, read_unit
from tests.fixtures.stack import READY, ROOT, free_port

FOLDER = ROOT / "deploy" / "systemd"
UNITS = sorted(FOLDER.glob("*.service"))
RUN = ("web@", "worker", "beat", "audio", "hls")
# Other settings may differ: the node needs realtime scheduling and writable code (for DTLS).
CONFINEMENT = (
    "NoNewPrivileges",
    "PrivateDevices",
    "ProtectHome",
    "ProtectSystem",
    "RemoveIPC",
    "RestrictAddressFamilies",
    "RestrictNamespaces",
    "SystemCallErrorNumber",
    "SystemCallFilter",
    "UMask",
)
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can take capabilities away")


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_every_unit_has_an_exposure_of_at_most_4(unit):
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=40", "--no-pager"]
    result = subprocess.run([*command, str(unit)], capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "Overall exposure level" in result.stdout


def test_all_units_have_the_same_confinement():
    parts = {unit.stem: read_unit(unit) for unit in UNITS if "Restart" in read_unit(unit)}
    assert set(parts) == {f"spaces-{name}" for name in RUN}
    audio = parts.pop("spaces-audio")
    for part in parts.values():
        assert [part[name] for name in CONFINEMENT] == [audio[name] for name in CONFINEMENT]
        assert part["CapabilityBoundingSet"] == [""]
        assert part["MemoryDenyWriteExecute"] == part["RestrictRealtime"] == ["true"]
    backup = read_unit(FOLDER / "spaces-backup.service")
    assert [backup.get(name) for name in CONFINEMENT] == [audio[name] for name in CONFINEMENT]
    assert backup["CapabilityBoundingSet"] == [""]
    assert backup["MemoryDenyWriteExecute"] == backup["RestrictRealtime"] == ["true"]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_every_unit_keeps_the_home_private(unit):
    """systemd sets the mode of a StateDirectory whenever a unit starts; the default is 0755."""
    assert read_unit(unit)["StateDirectory"] == ["spaces"]
    assert read_unit(unit).get("StateDirectoryMode") == ["0700"]


@as_root
def test_each_part_runs_under_the_confinement_of_its_unit(tmp_path, migrated_sqlite):
    """The units' commands run on other ports and become healthy; the node has realtime priority."""
    home, port = tmp_path / "home", str(free_port())
    with RedisServer(home / "redis") as server, ExitStack() as running:
        environment = {
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SPACES_HOME": str(home),
            "SECRET_KEY": "only-for-tests",
            "REDIS_URL": server.url,
            "PORT": port,
            "AUDIO_PORT": str(free_port(socket.SOCK_DGRAM)),
            "AUDIO_HOST": "127.0.0.1",
        }
        shutil.copy(migrated_sqlite, home)
        backup = [*confined("backup"), sys.executable, "manage.py", "backup"]
        subprocess.run(backup, cwd=ROOT, env=environment, check=True)
        parts = []
        for name in RUN:
            [command] = read_unit(FOLDER / f"spaces-{name}.service")["ExecStart"]
            command = command.replace("/srv/spaces/.venv/bin/", f"{Path(sys.executable).parent}/")
            command = command.replace("%i", port)
            arguments = [*confined(name), *command.split()]
            parts.append(running.enter_context(started(arguments, environment)))
        report = wait_until_healthy(f"http://127.0.0.1:{port}/healthz", parts)
        assert {node["realtime"] for node in report["audio"]["nodes"].values()} == {1.0}
        capabilities = dict.fromkeys(RUN, 0) | {"audio": 1 << CAPABILITIES["CAP_SYS_NICE"]}
        for name, part in zip(RUN, parts, strict=True):
            status = Path(f"/proc/{part.pid}/status").read_text()
            for line in ("Seccomp:\t2", "NoNewPrivs:\t1", f"CapEff:\t{capabilities[name]:016x}"):
                assert (name, line in status.splitlines()) == (name, True)


def confined(name):
    unit = FOLDER / f"spaces-{name}.service"
    return [sys.executable, "-m", "tests.fixtures.confined", str(unit)]


@contextmanager
def started(command, environment):
    part = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, preexec_fn=die_with_parent
    )
    try:
        yield part
    finally:
        part.terminate()
        part.wait(30)


def wait_until_healthy(address, parts):
    until = time.monotonic() + READY
    while True:
        status, answer = page(address)
        if status == 200:
            return json.loads(answer)
        assert [part.poll() for part in parts] == [None] * len(parts), answer
        assert time.monotonic() < until, answer
        time.sleep(0.1)


def page(address):
    try:
        with urlopen(address, timeout=10) as answer:  # noqa: S310 - our own
            return answer.status, answer.read()
    except HTTPError as answer:
        with answer:
            return answer.code, answer.read()
    except OSError as error:
        return 0, str(error)
