"""`manage.py audio` as a process."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from audio.placement import Heartbeat, live_nodes
from config.redis_server import RedisServer

pytestmark = pytest.mark.integration

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 30.0  # seconds


@contextmanager
def node(
    redis_server: RedisServer, port: int, *arguments: str, settings: str = "config.settings"
) -> Iterator[subprocess.Popen[bytes]]:
    where = ["--port", str(port), "--host", "127.0.0.1"]
    process = subprocess.Popen(
        [sys.executable, "manage.py", "audio", *where, *arguments],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": settings,
            "REDIS_URL": redis_server.url,
            "SECRET_KEY": "only-for-tests",
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()  # returns when the node has ended too, as it holds the pipe open


@pytest.fixture
def port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def beats(count: int) -> list[Heartbeat]:
    """Wait until this many nodes are alive, and return their heartbeats."""
    until = time.monotonic() + PATIENCE
    while len(found := live_nodes()) != count:
        assert time.monotonic() < until, found
        time.sleep(0.02)
    return found


def parent_of(pid: int) -> int:
    status = Path(f"/proc/{pid}/stat").read_text()
    return int(status.rpartition(")")[2].split()[1])


def wait_for_output(process: subprocess.Popen[bytes], words: bytes) -> None:
    """Read the process's errors until they contain these words."""
    assert process.stderr is not None
    assert any(words in line for line in process.stderr), f"it ended without {words!r}"


def test_a_node_that_starts_without_redis_sends_heartbeats_later_and_stops_cleanly(
    redis_server: RedisServer, port: int
) -> None:
    redis_server.stop()
    with node(redis_server, port) as process:
        wait_for_output(process, b"audio_loop_failed")
        redis_server.start()
        (beat,) = beats(1)
        assert (parent_of(beat.pid), beat.stats["peers"]) == (process.pid, 0)
        assert beat.node.endswith(f"-{port}")
        assert re.fullmatch(r"libopus [\d.]+.*, complexity [579]", beat.codec)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
        assert beats(0) == []


def test_a_node_survives_a_restart_of_redis_but_not_the_end_of_its_parent(
    redis_server: RedisServer, port: int
) -> None:
    with node(redis_server, port) as process:
        (before,) = beats(1)
        redis_server.stop()
        redis_server.start()
        (after,) = beats(1)
        assert (after.pid, after.instance) == (before.pid, before.instance)
        process.kill()
        assert beats(0) == []


def test_the_parent_replaces_a_killed_node(redis_server: RedisServer, port: int) -> None:
    with node(redis_server, port) as process:
        (before,) = beats(1)
        os.kill(before.pid, signal.SIGKILL)
        until = time.monotonic() + PATIENCE
        while (after := beats(1)[0]).instance == before.instance:
            assert time.monotonic() < until, "it was not replaced"
        assert (after.node, parent_of(after.pid)) == (before.node, process.pid)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0


def test_a_port_in_use_is_reported_in_one_line(redis_server: RedisServer) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        taken_port = taken.getsockname()[1]
        with node(redis_server, taken_port) as process:
            assert process.wait(PATIENCE) == 1
            assert process.stderr is not None
            error = process.stderr.read().decode()
    assert error.startswith(f"CommandError: UDP port {taken_port} on 127.0.0.1 cannot be used")
    assert error.count("\n") == 1
