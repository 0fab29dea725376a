"""A web process that is stopped ends what it has begun (config/graceful_stop.py)."""

import asyncio
import errno
import os
import socket
import subprocess
import sys
import time

import pytest

from config.parent_death import die_with_parent
from core.sockets import close_codes
from tests.fixtures.stack import ROOT, free_port
from tests.fixtures.web_socket import open_socket

PATIENCE = 60  # seconds; generous, because the machine is shared
SOCKETS = 12
REQUEST = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"


class Site:
    def __init__(self, folder):
        self.port, self.gate = free_port(), folder / "gate"
        os.mkfifo(self.gate)
        command = [sys.executable, "-m", "daphne", "-v", "0", "-p", str(self.port)]
        self.process = subprocess.Popen(
            [*command, "tests.fixtures.waiting_site:application"],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "GATE": str(self.gate)},
            preexec_fn=die_with_parent,
        )

    def wait_until_listening(self):
        until = time.monotonic() + PATIENCE
        while self.refuses_connections():
            assert self.process.poll() is None and time.monotonic() < until
            time.sleep(0.05)
        # daphne listens a moment before it handles signals; once it responds, it does both.
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE) as probe:
            probe.sendall(b"no request\r\n\r\n")
            assert probe.recv(12) == b"HTTP/1.1 400"

    def refuses_connections(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == errno.ECONNREFUSED

    def open_gate(self):
        self.gate.open("wb").close()


@pytest.fixture
def site(tmp_path):
    running = Site(tmp_path)
    running.wait_until_listening()
    yield running
    running.process.kill()
    running.process.wait(PATIENCE)


async def test_a_request_that_has_begun_is_answered_before_the_process_ends(site):
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(REQUEST)
    await reader.readuntil(b"begun")
    site.process.terminate()
    async with asyncio.timeout(PATIENCE):
        while not site.refuses_connections():
            await asyncio.sleep(0.05)
    assert site.process.poll() is None
    await asyncio.to_thread(site.open_gate)
    assert b"ended" in await reader.read()
    writer.transport.abort()
    assert site.process.wait(PATIENCE) == 0


async def test_sockets_are_closed_with_a_code_after_which_pages_reconnect(site):
    address = f"http://127.0.0.1:{site.port}"
    sockets = [await open_socket(address, "/", cookie="") for _ in range(SOCKETS)]
    site.process.terminate()
    assert [await each.close_code() for each in sockets] == [close_codes.RESTARTING] * SOCKETS
    for each in sockets:
        each.abort()
    assert site.process.wait(PATIENCE) == 0


def test_a_process_without_requests_and_sockets_ends_at_once(site):
    site.process.terminate()
    assert site.process.wait(PATIENCE) == 0
