"""Web processes behind nginx are restarted one after the other, as docs/operations.md says, while
people listen, chat and open pages. Nobody loses an event, a request or a packet of sound."""

import asyncio
import itertools
import json
import socket
import subprocess
import sys
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from config.parent_death import die_with_parent
from tests.audio.webrtc_client import Client
from tests.fixtures.confined import read_unit
from tests.fixtures.listeners import sign_in_listeners
from tests.fixtures.nginx import PORTS, Nginx
from tests.fixtures.stack import READY, ROOT, free_port
from tests.fixtures.web_socket import UNVERIFIED, open_socket

LISTENERS = 6
CHATTERS = 60  # so many that nobody exceeds the rate limit
ENOUGH_PACKETS = 100
TOKEN = "x" * 32
UNIT = ROOT / "deploy" / "systemd" / "spaces-web@.service"


class WebProcess:
    """A web process, started and stopped as systemd does it with our unit."""

    def __init__(self, port, folder, environment):
        self._port = port
        self._notifications = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._notifications.bind(address := str(folder / f"notify-{port}"))
        self._notifications.settimeout(READY)
        self._environment = {**environment, "NOTIFY_SOCKET": address}
        self._process = None

    def start(self):
        [command] = read_unit(UNIT)["ExecStart"]
        command = command.replace("/srv/spaces/.venv/bin/", f"{Path(sys.executable).parent}/")
        self._process = subprocess.Popen(
            command.replace("%i", str(self._port)).split(),
            cwd=ROOT,
            env=self._environment,
            preexec_fn=die_with_parent,
        )
        assert self._notifications.recv(100) == b"READY=1"

    def stop(self):
        self._process.terminate()
        assert self._process.wait(READY) == 0

    def close(self):
        if self._process and self._process.poll() is None:
            self._process.kill()
            self._process.wait(READY)
        self._notifications.close()


class Visitor:
    """Someone who uses the site through nginx."""

    def __init__(self, site, space, cookie):
        self.site, self.cookie = site, cookie
        self.path = f"/spaces/{space}/"
        self.socket_path = f"/ws/spaces/{space}/"
        self.revisions = []  # of the events that the page has read
        self.connections = 0
        self._has_read = asyncio.Condition()

    async def follow(self):
        """Read all events; after each loss of the socket, connect again as a page does."""
        while True:
            connection = await open_socket(self.site, self.socket_path, self.cookie)
            try:
                hello = await connection.receive("hello")
                self.connections += 1
                if self.revisions:
                    await self._read_missed_events()
                else:
                    self.revisions.append(hello["rev"])
                while frame := await connection.next_frame():
                    await self._read(frame)
            finally:
                connection.abort()

    async def reaches(self, revision):
        async with asyncio.timeout(READY), self._has_read:
            await self._has_read.wait_for(lambda: self.revisions and self.revisions[-1] >= revision)

    async def _read_missed_events(self):
        _, body = await self.request(f"events/?since={self.revisions[-1]}")
        for event in json.loads(body)["events"]:
            await self._read(event)

    async def _read(self, frame):
        is_new = frame["t"] != "revision" and frame.get("rev", 0) > self.revisions[-1]
        if is_new:
            async with self._has_read:
                self.revisions.append(frame["rev"])
                self._has_read.notify_all()

    async def request(self, path="", **fields):
        return await asyncio.to_thread(self._request, path, fields)

    def _request(self, path, fields):
        request = Request(  # noqa: S310 - our own address
            f"{self.site}{self.path}{path}",
            data=urlencode(fields).encode() if fields else None,
            headers={
                "Accept": "application/json" if path else "text/html",
                "Cookie": f"{self.cookie}; csrftoken={TOKEN}",
                "X-CSRFToken": TOKEN,
            },
        )
        try:
            with urlopen(request, timeout=READY, context=UNVERIFIED) as answer:  # noqa: S310
                return answer.status, answer.read()
        except HTTPError as answer:
            with answer:
                return answer.code, answer.read()


@pytest.fixture
def site(make_stack, prepared_home, tmp_path):
    """A running site behind nginx, and its web processes."""
    (folder := tmp_path / "nginx").mkdir()
    ports = {port: free_port() for port in PORTS}
    nginx = Nginx(folder, ports)
    address = f"https://127.0.0.1:{nginx.port}"
    stack = make_stack(prepared=prepared_home, ALLOWED_ORIGINS=address).start()
    environment = stack.environment | stack.settings_of_processes()
    processes = [WebProcess(port, tmp_path, environment) for port in ports.values()]
    with ExitStack() as ending:
        for process in processes:
            ending.callback(process.close)
            process.start()
        nginx.start()
        ending.callback(nginx.stop)
        yield address, stack, processes


async def test_no_event_request_or_packet_is_lost(site):
    address, stack, processes = site
    space, cookies = await asyncio.to_thread(sign_in_listeners, stack, LISTENERS + CHATTERS)
    visitors = [Visitor(address, space, cookie) for cookie in cookies]
    listeners, chatters = visitors[:LISTENERS], visitors[LISTENERS:]
    async with sound_of(listeners[0]) as sound, asyncio.TaskGroup() as group:
        following = [group.create_task(each.follow()) for each in listeners]
        using = group.create_task(use(chatters, busy := asyncio.Event()))
        for process in processes:
            await happens(busy)
            await asyncio.to_thread(process.stop)
            await asyncio.to_thread(process.start)
        await happens(busy)
        using.cancel()
        await sound.until(lambda: len(sound.received) > ENOUGH_PACKETS)
        last = json.loads((await chatters[0].request("snapshot/"))[1])["rev"]
        for listener in listeners:
            await listener.reaches(last)
        for task in following:
            task.cancel()
    for listener in listeners:
        assert listener.revisions == list(range(listener.revisions[0], last + 1))
    assert max(listener.connections for listener in listeners) > 1
    numbers = [packet.sequence_number for packet in sound.received]
    steps = [(after - before) & 0xFFFF for before, after in itertools.pairwise(numbers)]
    assert set(steps) == {1}


@asynccontextmanager
async def sound_of(listener):
    """Let this person listen, like a page whose socket gets lost later."""
    connection = await open_socket(listener.site, listener.socket_path, listener.cookie)
    client = Client()
    try:
        await connection.receive("hello")
        connection.send({"t": "listen", "ref": 1})
        offer = await connection.receive("reply")
        connection.send(
            {"t": "answer", "ref": 2, "peer": offer["peer"], "sdp": client.answer(offer["sdp"])}
        )
        await client.connect()
        yield client
    finally:
        client.close()
        connection.abort()


async def use(chatters, busy):
    """Open the page and write in the chat, one person after the other. Set `busy` each time."""
    for number, chatter in enumerate(itertools.cycle(chatters)):
        status, _ = await chatter.request()
        assert status == 200
        status, answer = await chatter.request("chat/", text=f"Message {number}")
        assert (status, answer) == (204, b"")
        busy.set()


async def happens(event):
    event.clear()
    async with asyncio.timeout(READY):
        await event.wait()
