"""The one file that knows daphne's inside: a WebSocket frame built once and written to each socket.

Through Channels a delivery passes the session middleware, the server's queue and autobahn's frame
builder, for each of a thousand sockets the same. Here the frame (RFC 6455, section 5.2) is built
once and handed to the transport, which also tells how much of it a slow reader has not taken yet.
Under another server, and in tests without one, `wire_of` finds nothing and sending goes the long
way. The names used here are pinned by requirements.lock and held by
tests/core/sockets/test_wire.py.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import structlog
from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol

from core.sockets.frame import Frame

log = structlog.get_logger(__name__)

UNSENT_LIMIT = 256 * 1024  # bytes; one stalled phone must not hold memory
UNREAD_LIMIT = 256  # frames that wait for the consumer; a flood ends here

Application = Callable[[Any, Any, Any], Awaitable[None]]


class RoomProtocol(WebSocketProtocol):
    """daphne's protocol with a way past its queue, and bounds on what one socket may hold."""

    def write(self, frame: Frame) -> None:
        if self.state != self.STATE_OPEN:
            return
        if self.unsent > UNSENT_LIMIT:
            log.info("slow_socket_dropped", unsent=self.unsent)
            self.transport.abortConnection()
            return
        self.transport.write(frame.octets)

    @property
    def unsent(self) -> int:
        """Bytes that the kernel has not taken yet."""
        return unsent_by(self.transport)

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        queue = getattr(self, "application_queue", None)
        if queue is not None and queue.qsize() > UNREAD_LIMIT:
            log.info("flooding_socket_dropped", unread=queue.qsize())
            self.transport.abortConnection()
            return
        super().onMessage(payload, isBinary)


def unsent_by(transport: Any) -> int:
    """Bytes in the buffer of one of Twisted's connections."""
    return int(len(transport.dataBuffer) - transport.offset + transport._tempDataLen)


def install() -> None:
    """Have daphne build its WebSockets from RoomProtocol."""
    WebSocketFactory.protocol = RoomProtocol


def expose(application: Application) -> Application:
    """Put the socket's protocol into its scope, for `wire_of`."""

    async def exposed(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "websocket" and isinstance(send, partial):
            scope["wire"] = next((arg for arg in send.args if isinstance(arg, RoomProtocol)), None)
        await application(scope, receive, send)

    return exposed


def wire_of(scope: Any) -> RoomProtocol | None:
    found = scope.get("wire")
    return found if isinstance(found, RoomProtocol) else None
