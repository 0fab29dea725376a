"""A client that reads slowly, or not at all, does not fill the web process's memory."""

import json
import os
import re
import socket
from contextlib import suppress
from pathlib import Path

import pytest
from twisted.internet.testing import StringTransport

from config import response_bodies
from config.response_bodies import Pace
from tests.fixtures.stack import PASSWORD

MEBIBYTE = 1024 * 1024
SIZE = 64 * MEBIBYTE
# Reading has paused if the position did not change during this many other requests.
STEADY_REQUESTS = 20
MAKE_COPY = f"""
import io, json
from django.core.files.storage import storages
from django.test import Client
from django.utils import timezone
from accounts.models import Export
storage = storages["exports"]
name = storage.save("large.zip", io.BytesIO())
with open(storage.path(name), "r+b") as file:
    file.truncate({SIZE})
user = User.objects.get(handle="ben")
Export.objects.filter(user=user).delete()
Export.objects.create(
    user=user, state=Export.State.READY, file=name, size={SIZE}, finished_at=timezone.now()
)
client = Client(headers={{"host": "127.0.0.1"}})
client.force_login(user)
client.post("/accounts/reauthenticate/", {{"password": "{PASSWORD}"}})
print(json.dumps("sessionid=" + client.cookies["sessionid"].value))
"""
DELETE_COPY = """
from accounts.models import Export
for export in Export.objects.all():
    export.delete()
"""


@pytest.fixture
def cookie(stack):
    """The cookie of Ben, who has a copy of his data ready and has just confirmed his password."""
    yield json.loads(stack.shell(MAKE_COPY))
    stack.shell(DELETE_COPY)


class Process:
    """The memory and open files of a process (Linux)."""

    def __init__(self, pid: int) -> None:
        self._folder = Path(f"/proc/{pid}")
        # Writing 5 resets the peak to the current value (proc(5)).
        (self._folder / "clear_refs").write_text("5")
        self._before = self._peak()

    def growth(self) -> int:
        """Return by how many bytes the peak of its memory has grown since `__init__`."""
        return self._peak() - self._before

    def position(self, name: str) -> int | None:
        """The read position in this file, or None if it is not open."""
        for descriptor in (self._folder / "fd").iterdir():
            with suppress(OSError):  # it was closed meanwhile
                if os.readlink(descriptor).endswith(name):
                    info = (self._folder / "fdinfo" / descriptor.name).read_text()
                    return int(info.split()[1])
        return None

    def _peak(self) -> int:
        found = re.search(r"VmHWM:\s+(\d+) kB", (self._folder / "status").read_text())
        return int(found[1]) * 1024


def wait_until_reading_pauses(stack, process):
    """Wait until the position in the file stays the same during other requests; return it."""
    position, unmoved = -1, 0
    while unmoved < STEADY_REQUESTS:
        assert stack.health()[0] in (200, 503)
        before, position = position, process.position("large.zip")
        unmoved = unmoved + 1 if position == before else 0
    return position


def test_a_download_is_read_no_faster_than_its_client_reads(stack, cookie):
    process = Process(stack.children()["web"])
    request = f"GET /settings/data/download/ HTTP/1.1\r\nHost: 127.0.0.1:{stack.port}\r\n"
    with socket.create_connection(("127.0.0.1", stack.port), timeout=30) as connection:
        connection.sendall(f"{request}Cookie: {cookie}\r\n\r\n".encode())
        received = connection.recv(15)
        assert received == b"HTTP/1.1 200 OK"
        position = wait_until_reading_pauses(stack, process)
        assert position is not None, "it has read the whole file"
        assert position < SIZE / 4  # no more than fits into the kernel's buffers
        while b"\r\n\r\n" not in received:
            received += connection.recv(4096)
        count = len(received.partition(b"\r\n\r\n")[2])
        while count < SIZE:
            part = connection.recv(MEBIBYTE)
            assert part, "it ended early"
            count += len(part)
        # The connection can be used again, and nothing follows the body.
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert connection.recv(9) == b"HTTP/1.1 "
    assert process.growth() < SIZE / 4


class Connection(StringTransport):
    """Twisted's state of a connection whose client reads nothing."""

    dataBuffer, offset, _tempDataLen = b"x" * 1000, 0, 0


async def test_a_client_that_reads_nothing_for_too_long_is_disconnected(monkeypatch):
    monkeypatch.setattr(response_bodies, "PATIENCE", 0.01)
    connection = Connection()
    pace = Pace(connection)
    await pace.wait()
    pace.pauseProducing()
    await pace.wait()
    assert connection.disconnecting


class SlowConnection(Connection):
    """A connection whose client has read a little more at each check, until it has read all."""

    def __init__(self) -> None:
        super().__init__()
        self.read, self.pace = 0, Pace(self)

    @property
    def offset(self) -> int:
        self.read += 100
        if self.read == 1000:
            self.pace.resumeProducing()
        return self.read


async def test_a_client_that_reads_slowly_stays_connected(monkeypatch):
    monkeypatch.setattr(response_bodies, "PATIENCE", 0.001)
    connection = SlowConnection()
    connection.pace.pauseProducing()
    await connection.pace.wait()
    assert (connection.read, connection.disconnecting) == (1000, False)
