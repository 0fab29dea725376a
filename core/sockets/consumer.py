"""The base class of all WebSocket consumers: it reads, limits and writes frames."""

import contextlib
from typing import Any

import structlog
from channels.consumer import get_handler_name
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer

from core.addresses import network_of_socket
from core.database import Unavailable
from core.rates import TooFast
from core.refusals import Refusal
from core.sockets import close_codes
from core.sockets.daphne_protocol import protocol_of
from core.sockets.frame import Frame, encode
from core.sockets.incoming import FrameReader, FrameRules
from core.sockets.limits import SocketRefused, get_socket_limits

log = structlog.get_logger(__name__)


class BaseConsumer(AsyncWebsocketConsumer):
    """A socket without a channel layer, because one hub per process subscribes for all sockets."""

    address = ""  # the network that the socket comes from (core/addresses.py)

    def frame_rules(self) -> FrameRules:
        """Return the rules for the frames that pages may send over this socket."""
        raise NotImplementedError

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Handle the messages of the socket, one after the other. Channels would wait for them and
        for messages of the channel layer, with a task for each, and close old database connections
        in a thread after every message; our consumers use the database only through
        `database.run`, which closes its own."""
        self.scope, self.base_send = scope, send
        try:
            while True:
                message = await receive()
                await getattr(self, get_handler_name(message))(message)
        except StopConsumer:
            pass
        finally:  # also after an exception
            get_socket_limits().release(self)

    async def websocket_disconnect(self, message: dict[str, Any]) -> None:
        await self.disconnect(message["code"])
        raise StopConsumer

    async def displace(self, refusal: SocketRefused) -> None:
        await self._close(refusal.close_code, refusal)

    async def websocket_connect(self, message: dict[str, Any]) -> None:
        """Connect. If the database is unavailable, close the socket; the page will retry."""
        self.frames = FrameReader(self.frame_rules())
        try:
            await super().websocket_connect(message)
        except Unavailable as refusal:
            await self._close(close_codes.UNAVAILABLE, refusal)

    async def websocket_receive(self, message: dict[str, Any]) -> None:
        """Receive a frame. If the database is unavailable, refuse it and keep the socket open."""
        try:
            await super().websocket_receive(message)
        except Unavailable as refusal:
            await self._refuse(refusal)

    async def deliver(self, frame: Frame) -> None:
        """Send a frame that a hub writes to all its sockets."""
        await self._write(frame)

    async def _write(self, frame: Frame) -> None:
        if (protocol := protocol_of(self.scope)) is not None:
            protocol.write(frame)
        else:
            await self.base_send({"type": "websocket.send", "text": frame.text})

    async def reconnect(self) -> None:
        """Close the socket because its session has ended. The page opens another socket at once,
        for the person who is signed in at that time, if any."""
        await self.close(close_codes.RECONNECT)

    async def _accept(self) -> bool:
        """Accept the socket. If its network or this process has too many sockets, close it again
        and return False. This makes no database query."""
        refusal = None
        self.address = network_of_socket(self.scope)
        try:
            get_socket_limits().open(self, self.address)
        except SocketRefused as refused:
            refusal = refused
        await self.accept()
        if refusal is not None:
            await self._close(refusal.close_code, refusal)
        return refusal is None

    async def _claim(self, owners: dict[str, int]) -> None:
        """Count the socket for its owners. If an owner has too many sockets, close the oldest."""
        for oldest, refusal in get_socket_limits().claim(self, owners).items():
            with contextlib.suppress(Exception):  # if the oldest socket is already broken
                await oldest.displace(refusal)

    async def _read(self, text: str | None) -> dict[str, Any] | None:
        """Return the frame, or None if it was refused."""
        try:
            return self.frames.read(text)
        except Refusal as refusal:
            await self._refuse_frame(refusal)
            return None

    async def _refuse_frame(self, refusal: Refusal) -> None:
        """Refuse one frame. Close the socket if it has sent too many such frames."""
        has_sent_too_many = self.frames.count_refused()
        if self.frames.refused == 1:
            log.info("frame_refused", code=refusal.code, path=self.scope["path"])
        if has_sent_too_many:
            is_too_fast = isinstance(refusal, TooFast)
            code = close_codes.TOO_FAST if is_too_fast else close_codes.MALFORMED
            await self._close(code, refusal)
        else:
            await self._refuse(refusal)

    async def _refuse(self, refusal: Refusal) -> None:
        await self._send({"t": "refused", **refusal.body()})

    async def _send(self, frame: dict[str, Any]) -> None:
        await self._write(Frame(encode(frame)))

    async def _close(self, close_code: int, refusal: Refusal) -> None:
        await self._refuse(refusal)
        await self.close(close_code)
