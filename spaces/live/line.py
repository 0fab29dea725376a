"""What every socket of ours has in common: frames written to the wire, refusals that say why."""

from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer

from spaces.live.publish import encode
from spaces.live.wire import Frame, wire_of

COME_AGAIN = 4205  # the server lets an application say no code below 3000 but 1000


class Line(AsyncWebsocketConsumer):
    session_key = ""  # of the browser's session in which it was opened
    channel_layer_alias = ""  # none: a hub hears for all; a crowd subscribes to nothing

    async def deliver(self, frame: Frame) -> None:
        if (wire := wire_of(self.scope)) is not None:
            wire.write(frame)
        else:
            await self.base_send({"type": "websocket.send", "text": frame.text})

    async def come_again(self) -> None:
        """Its session has ended. The page comes again at once, as whoever its browser says then."""
        await self.close(COME_AGAIN)

    async def _send(self, frame: dict[str, Any]) -> None:
        await self.deliver(Frame(encode(frame)))

    async def _close(self, close_code: int, code: str, message: str) -> None:
        await self._send({"t": "refused", "code": code, "message": message})
        await self.close(close_code)
