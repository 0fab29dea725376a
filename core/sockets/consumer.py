"""What every socket of ours has in common: frames written to the wire, refusals that say why."""

import asyncio
import contextlib
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer

from core import shared_clock
from core.addresses import network_of_socket
from core.database import Unavailable
from core.sockets.frame import Frame, encode
from core.sockets.limits import SocketRefused, get_socket_limits
from core.sockets.wire import wire_of
from core.times import stamp

COME_AGAIN = 4205  # the server lets an application say no code below 3000 but 1000
TRY_AGAIN = 4503


class Line(AsyncWebsocketConsumer):
    channel_layer_alias = ""  # none: a hub hears for all; a crowd subscribes to nothing

    async def __call__(self, *args: Any, **kwargs: Any) -> None:
        try:
            await super().__call__(*args, **kwargs)
        finally:  # however it ended
            get_socket_limits().release(self)

    async def displace(self, refusal: SocketRefused) -> None:
        await self._close(refusal.close_code, refusal.code, refusal.message)

    async def websocket_connect(self, message: dict[str, Any]) -> None:
        """While the database is away nobody can be let in: the page tries again."""
        try:
            await super().websocket_connect(message)
        except Unavailable as refusal:
            await self._close(TRY_AGAIN, refusal.code, refusal.message)

    async def websocket_receive(self, message: dict[str, Any]) -> None:
        """Who is in stays in: only what was asked for is refused."""
        try:
            await super().websocket_receive(message)
        except Unavailable as refusal:
            await self._send({"t": "refused", "code": refusal.code, "message": refusal.message})

    async def deliver(self, frame: Frame) -> None:
        if (wire := wire_of(self.scope)) is not None:
            wire.write(frame)
        else:
            await self.base_send({"type": "websocket.send", "text": frame.text})

    async def reconnect(self) -> None:
        """Its session has ended. The page comes again at once, as whoever its browser says then."""
        await self.close(COME_AGAIN)

    async def _let_in(self) -> bool:
        """Accept the socket, unless this address or this process holds too many: then it is told
        so, before the database is asked for anything."""
        refusal = None
        try:
            get_socket_limits().open(self, network_of_socket(self.scope))
        except SocketRefused as refused:
            refusal = refused
        await self.accept()
        if refusal is not None:
            await self._close(refusal.close_code, refusal.code, refusal.message)
        return refusal is None

    async def _make_room(self, owners: dict[str, int]) -> None:
        """Close the oldest sockets of those owners that hold more than so many."""
        for oldest, refusal in get_socket_limits().claim(self, owners).items():
            with contextlib.suppress(Exception):  # one that is broken already
                await oldest.displace(refusal)

    @staticmethod
    async def _server_time() -> str:
        """For `hello`: the clock of the device that shows the page may be wrong."""
        return stamp(await asyncio.to_thread(shared_clock.now))

    async def _send(self, frame: dict[str, Any]) -> None:
        await self.deliver(Frame(encode(frame)))

    async def _close(self, close_code: int, code: str, message: str) -> None:
        await self._send({"t": "refused", "code": code, "message": message})
        await self.close(close_code)
