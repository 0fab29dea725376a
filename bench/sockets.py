"""Many WebSockets that only count received frames (the parts of RFC 6455 that this needs)."""

import asyncio
import base64
import os
import time
from functools import partial

AT_ONCE = 20  # concurrent handshakes, unless the caller wants more
PATIENCE = 60.0  # seconds
HEADER = 2  # bytes; a server's frames are not masked
LENGTH_16, LENGTH_64 = 126, 127
GREETING = b'"hello"'  # a socket is in the room once it receives this, after the handshake


class Counter(asyncio.Protocol):
    """One socket. It calls `crowd.heard` for each frame that contains the mark."""

    def __init__(self, crowd: "Crowd", request: bytes) -> None:
        self._crowd, self._request = crowd, request
        self._buffer = bytearray()
        self._open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - for the type checker
        self.transport = transport
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._open:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            if not self._buffer.startswith(b"HTTP/1.1 101"):
                raise RuntimeError(self._buffer.split(b"\r\n")[0].decode())
            del self._buffer[: end + 4]
            self._open = True
            if self._crowd.first_message:
                self.transport.write(_masked(self._crowd.first_message))
        while frame := self._next_frame():
            if GREETING in frame[:32]:
                self._crowd.arrived()
            elif self._crowd.mark in frame[:32]:
                self._crowd.heard()

    def connection_lost(self, error: Exception | None) -> None:
        self._crowd.lost += 1

    def _next_frame(self) -> bytes | None:
        buffer = self._buffer
        if len(buffer) < HEADER:
            return None
        length, start = buffer[1] & 0x7F, HEADER
        if length in (LENGTH_16, LENGTH_64):
            start += 2 if length == LENGTH_16 else 8
            length = int.from_bytes(buffer[HEADER:start])
        if len(buffer) < start + length:
            return None
        frame = bytes(buffer[start : start + length])
        del buffer[: start + length]
        return frame


class Crowd:
    """All sockets of one room. Each sends `first_message`, unless it is empty, once it is open."""

    def __init__(self, mark: bytes, *, first_message: bytes = b"") -> None:
        self.mark, self.first_message = mark, first_message
        self.lost = self.deliveries = 0
        self.delivered_at: list[float] = []  # perf_counter() of each delivery
        self._arrivals = asyncio.Semaphore(0)
        self._deliveries = asyncio.Semaphore(0)
        self._sockets: list[Counter] = []

    def arrived(self) -> None:
        self._arrivals.release()

    def heard(self) -> None:
        self.deliveries += 1
        self.delivered_at.append(time.perf_counter())
        self._deliveries.release()

    async def open(
        self, port: int, path: str, cookies: list[str], *, at_once: int = AT_ONCE
    ) -> None:
        """Open a socket for each cookie, `at_once` at a time; return when all are in the room."""
        loop = asyncio.get_running_loop()
        for start in range(0, len(cookies), at_once):
            batch = cookies[start : start + at_once]
            for cookie in batch:
                make = partial(Counter, self, _request(port, path, cookie))
                _, socket = await loop.create_connection(make, "127.0.0.1", port)
                self._sockets.append(socket)
            await _take(self._arrivals, len(batch))

    async def wait_for_all(self) -> None:
        """Return when as many marked frames have arrived as there are sockets."""
        await _take(self._deliveries, len(self._sockets))

    def close(self) -> None:
        for socket in self._sockets:
            socket.transport.close()


async def _take(semaphore: asyncio.Semaphore, times: int) -> None:
    async with asyncio.timeout(PATIENCE):
        for _ in range(times):
            await semaphore.acquire()


def _masked(text: bytes) -> bytes:
    """Return a short text frame as clients send it, masked with zeros (RFC 6455, section 5.3)."""
    return bytes((0x81, 0x80 | len(text), 0, 0, 0, 0)) + text


def _request(port: int, path: str, cookie: str) -> bytes:
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        f"Origin: http://127.0.0.1:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {key}",
        f"Cookie: {cookie}",
    ]
    return "\r\n".join([*lines, "", ""]).encode()
