"""Build a WebSocket frame once and write it to many sockets. This uses internals of daphne.

Channels would pass every message through the session middleware, the server's queue and autobahn's
frame builder, and repeat this for each of a thousand sockets. This module writes a frame (RFC 6455,
section 5.2) directly to the transports, which also know how much a slow client has not received.
With another server, and in tests without a server, `protocol_of` returns None and messages are sent
through Channels. requirements.lock pins daphne, and tests/core/sockets/test_daphne_protocol.py
checks that the internals exist.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from types import ModuleType
from typing import Any

import structlog
from autobahn.twisted import websocket as autobahn_twisted
from autobahn.websocket import protocol as autobahn_protocol
from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol

from core.sockets.frame import Frame

log = structlog.get_logger(__name__)

UNSENT_LIMIT = 256 * 1024  # bytes; so that a stalled phone can't use up memory
UNREAD_LIMIT = 256  # frames that wait for the consumer; a socket with more is closed

# By module of autobahn: functions that only format values of debug messages.
DEBUG_FORMATTERS: dict[ModuleType, list[str]] = {
    autobahn_protocol: ["pformat", "hltype", "hlval"],
    autobahn_twisted: ["hltype", "hlval"],
}

Application = Callable[[Any, Any, Any], Awaitable[None]]


class RoomProtocol(WebSocketProtocol):
    """daphne's protocol with direct writing of frames, and limits on waiting data per socket."""

    def write(self, frame: Frame) -> None:
        if self.state != self.STATE_OPEN:
            return
        if self.unsent > UNSENT_LIMIT:
            log.info("slow_socket_dropped", unsent=self.unsent)
            self.transport.abortConnection()
            return
        self.sendData(frame.octets)

    def sendData(self, data: bytes, sync: bool = False, chopsize: int | None = None) -> None:
        """Send octets, also those of autobahn: the response to the handshake and control frames.
        daphne never asks for the two options."""
        if rest := data[self._sent_at_once(data) :]:
            self.transport.write(rest)

    def _sent_at_once(self, octets: bytes) -> int:
        """Hand octets to the kernel, and return how many it accepted: none if others are waiting.

        Almost always it accepts all. Twisted would first register the socket with the event loop,
        write in the next turn of the loop, and remove the socket again, which takes more time than
        all else that is done for a frame.
        """
        if self.unsent or self.transport.disconnecting:
            return 0
        sent = self.transport.writeSomeData(octets)
        return sent if isinstance(sent, int) else 0  # a lost connection; Twisted finds it, too

    @property
    def unsent(self) -> int:
        """The number of bytes that the kernel has not accepted yet."""
        return unsent_by(self.transport)

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        queue = getattr(self, "application_queue", None)
        if queue is not None and queue.qsize() > UNREAD_LIMIT:
            log.info("flooding_socket_dropped", unread=queue.qsize())
            self.transport.abortConnection()
            return
        super().onMessage(payload, isBinary)


def unsent_by(transport: Any) -> int:
    """Return how many bytes are in the buffer of a Twisted transport."""
    return int(len(transport.dataBuffer) - transport.offset + transport._tempDataLen)


def install() -> None:
    """Make daphne use RoomProtocol for all WebSockets. For each socket, autobahn would format its
    settings, and color values, for debug messages that nobody reads. That takes a seventh of the
    time of a join, so replace the functions that format them."""
    WebSocketFactory.protocol = RoomProtocol
    for module, names in DEBUG_FORMATTERS.items():
        for name in names:
            setattr(module, name, _no_text)


def _no_text(*values: object, **options: object) -> str:
    return ""


def expose(application: Application) -> Application:
    """Put the socket's protocol into its scope, for `protocol_of`."""

    async def exposed(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "websocket" and isinstance(send, partial):
            scope["protocol"] = next(
                (arg for arg in send.args if isinstance(arg, RoomProtocol)), None
            )
        await application(scope, receive, send)

    return exposed


def protocol_of(scope: Any) -> RoomProtocol | None:
    found = scope.get("protocol")
    return found if isinstance(found, RoomProtocol) else None
