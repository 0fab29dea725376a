"""Simulate pages without a browser: their socket, their listener, and how they reconnect.

The pauses between attempts are the same as in static/js/lib/socket.js and
static/js/room/call/retries.js, but never longer than 4 s.
"""

import asyncio
import base64
import itertools
import json
import os
import random
import time
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from bench.audio.listeners import Listener

BACKOFF_FIRST, BACKOFF_MAX = 0.5, 4.0  # seconds
TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA  # opcodes: RFC 6455, section 5.2
LENGTH_16, LENGTH_64 = 126, 127
LISTEN_WITHIN = 15.0  # seconds


class ConnectionLost(Exception):
    pass


@dataclass
class Page:
    """`accepted`, `greeted`, `heard`: when the latest handshake was answered, the latest `hello`
    came, and the first packet of the latest listener arrived."""

    port: int
    path: str
    cookie: str
    wants_sound: bool = False
    counts: bool = True  # count every packet; otherwise only the first, which saves processor time
    accepted: float = 0.0
    greeted: float = 0.0
    heard: float = 0.0
    listener: Listener | None = None
    _was_greeted: bool = False
    _peer: str = ""
    _writer: asyncio.StreamWriter | None = None
    _asked: "dict[int, asyncio.Future[dict[str, Any]]]" = field(default_factory=dict)
    _refs: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    _listening: "asyncio.Task[None] | None" = None

    async def live(self) -> None:
        """Stay in the room until cancelled."""
        failures = 0
        try:
            while True:
                with suppress(OSError, EOFError, ConnectionLost):
                    await self._converse()
                self._drop_connection()
                failures = 0 if self._was_greeted else failures + 1
                await asyncio.sleep(backoff(failures))
        finally:
            self._drop_connection()
            if self.listener:
                self.listener.close()

    async def _converse(self) -> None:
        self._was_greeted = False
        reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
        self._writer.write(self._handshake())
        answer = await reader.readuntil(b"\r\n\r\n")
        if not answer.startswith(b"HTTP/1.1 101"):
            raise ConnectionLost
        self.accepted = time.time()
        while True:
            opcode, payload = await read_frame(reader)
            if opcode == PING:
                self._writer.write(pack_frame(PONG, payload))
            elif opcode == CLOSE:
                raise ConnectionLost
            elif opcode == TEXT:
                self._process(json.loads(payload))

    def _process(self, frame: dict[str, Any]) -> None:
        match frame["t"]:
            case "hello":
                self.greeted, self._was_greeted = time.time(), True
                if self.wants_sound and self.listener is None:
                    self._listen()
            case "reply":
                if (asked := self._asked.pop(frame["ref"], None)) and not asked.done():
                    asked.set_result(frame)
            case "peer_gone" if frame["peer"] == self._peer and self.listener:
                self.listener.close()
                self.listener = None
                self._listen()

    def _listen(self) -> None:
        if self._listening is None or self._listening.done():
            self._listening = asyncio.create_task(self._listen_until_heard())

    async def _listen_until_heard(self) -> None:
        for failures in itertools.count(1):
            try:
                async with asyncio.timeout(LISTEN_WITHIN):
                    await self._open_peer()
                return
            except (ConnectionLost, TimeoutError):
                await asyncio.sleep(backoff(failures))

    async def _open_peer(self) -> None:
        offered = await self._ask(t="listen")
        listener = Listener()
        try:
            await self._ask(t="answer", peer=offered["peer"], sdp=listener.answer(offered["sdp"]))
            await listener.connect()
            await listener.until(lambda: listener.packets > 0)
        except BaseException:
            listener.close()
            raise
        if not self.counts:
            asyncio.get_running_loop().remove_reader(listener.socket)
        self.listener, self._peer, self.heard = listener, offered["peer"], listener.first

    def _ask(self, **frame: str) -> Awaitable[dict[str, Any]]:
        return asyncio.ensure_future(self._ask_and_wait({**frame, "ref": next(self._refs)}))

    async def _ask_and_wait(self, frame: dict[str, Any]) -> dict[str, Any]:
        if self._writer is None:
            raise ConnectionLost
        asked = self._asked[frame["ref"]] = asyncio.get_running_loop().create_future()
        self._writer.write(pack_frame(TEXT, json.dumps(frame).encode()))
        reply: dict[str, Any] = await asked
        if reply.get("code"):
            raise ConnectionLost
        return reply

    def _drop_connection(self) -> None:
        if self._writer:
            self._writer.close()
            self._writer = None
        for asked in self._asked.values():
            if not asked.done():
                asked.set_result({"code": "lost"})
        self._asked.clear()

    def _handshake(self) -> bytes:
        key = base64.b64encode(os.urandom(16)).decode()
        return (
            f"GET {self.path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            f"Origin: http://127.0.0.1:{self.port}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {key}\r\nCookie: {self.cookie}\r\n\r\n"
        ).encode()


def backoff(failures: int) -> float:
    wait: float = min(BACKOFF_MAX, BACKOFF_FIRST * 2**failures)
    return wait * random.uniform(0.5, 1)


async def read_frame(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Return opcode and payload of a server's frame, which is not masked."""
    first, length = await reader.readexactly(2)
    if length in (LENGTH_16, LENGTH_64):
        length = int.from_bytes(await reader.readexactly(2 if length == LENGTH_16 else 8))
    return first & 0xF, await reader.readexactly(length)


def pack_frame(opcode: int, payload: bytes) -> bytes:
    """Pack a client's frame, masked with zeros, which is allowed."""
    length = len(payload)
    if length < LENGTH_16:
        header = bytes([0x80 | opcode, 0x80 | length])
    else:
        header = bytes([0x80 | opcode, 0x80 | LENGTH_16]) + length.to_bytes(2)
    return header + bytes(4) + payload
