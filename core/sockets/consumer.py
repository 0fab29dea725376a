"""The base of every socket: frames are read, bounded and written, and refusals say why."""

import asyncio
import contextlib
from typing import Any, ClassVar

import structlog
from channels.generic.websocket import AsyncWebsocketConsumer

from core import shared_clock
from core.addresses import network_of_socket
from core.database import Unavailable
from core.rates import TooFast
from core.refusals import Refusal
from core.sockets import close_codes
from core.sockets.frame import Frame, encode
from core.sockets.incoming import FrameReader, FrameRules
from core.sockets.limits import SocketRefused, get_socket_limits
from core.sockets.wire import wire_of
from core.times import stamp

log = structlog.get_logger(__name__)


class BaseConsumer(AsyncWebsocketConsumer):
    channel_layer_alias = ""  # none: one hub in each process subscribes for all its sockets
    rules: ClassVar[FrameRules]

    async def __call__(self, *args: Any, **kwargs: Any) -> None:
        try:
            await super().__call__(*args, **kwargs)
        finally:  # however it ended
            get_socket_limits().release(self)

    async def displace(self, refusal: SocketRefused) -> None:
        await self._close(refusal.close_code, refusal)

    async def websocket_connect(self, message: dict[str, Any]) -> None:
        """Without the database nobody can be admitted: the page tries again."""
        self.frames = FrameReader(self.rules)
        try:
            await super().websocket_connect(message)
        except Unavailable as refusal:
            await self._close(close_codes.UNAVAILABLE, refusal)

    async def websocket_receive(self, message: dict[str, Any]) -> None:
        """Without the database an open socket stays open; only this frame is refused."""
        try:
            await super().websocket_receive(message)
        except Unavailable as refusal:
            await self._refuse(refusal)

    async def deliver(self, frame: Frame) -> None:
        if (wire := wire_of(self.scope)) is not None:
            wire.write(frame)
        else:
            await self.base_send({"type": "websocket.send", "text": frame.text})

    async def reconnect(self) -> None:
        """Close because its session has ended. The page opens another socket at once, as whoever
        is signed in by then."""
        await self.close(close_codes.RECONNECT)

    async def _accept(self) -> bool:
        """Accept the socket; return False if it closes again because its address or this process
        holds too many. Asks nothing of the database."""
        refusal = None
        try:
            get_socket_limits().open(self, network_of_socket(self.scope))
        except SocketRefused as refused:
            refusal = refused
        await self.accept()
        if refusal is not None:
            await self._close(refusal.close_code, refusal)
        return refusal is None

    async def _claim(self, owners: dict[str, int]) -> None:
        """Count the socket for its owners, and close the oldest of those who hold too many."""
        for oldest, refusal in get_socket_limits().claim(self, owners).items():
            with contextlib.suppress(Exception):  # one that is broken already
                await oldest.displace(refusal)

    @staticmethod
    async def _server_time() -> str:
        """For `hello`: the clock of the device that shows the page may be wrong."""
        return stamp(await asyncio.to_thread(shared_clock.now))

    async def _read(self, text: str | None) -> dict[str, Any] | None:
        """Return the frame, or None if it was refused."""
        try:
            return self.frames.read(text)
        except Refusal as refusal:
            await self._refuse_frame(refusal)
            return None

    async def _refuse_frame(self, refusal: Refusal) -> None:
        """Refuse one frame; close the socket that sends such frames again and again."""
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
        await self.deliver(Frame(encode(frame)))

    async def _close(self, close_code: int, refusal: Refusal) -> None:
        await self._refuse(refusal)
        await self.close(close_code)
