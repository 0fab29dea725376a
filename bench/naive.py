"""A fan-out as in Channels tutorials, for comparison, in one process with ours.

Each socket joins the group itself, so Redis delivers and Python encodes each event once per socket.
"""

from typing import Any

from channels.auth import AuthMiddlewareStack
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from channels.routing import ProtocolTypeRouter

from config.asgi import application as ours

PATH = "/naive/"
GROUP = "naive"


class NaiveConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self) -> None:
        await self.channel_layer.group_add(GROUP, self.channel_name)
        await self.accept()
        await self.send_json({"t": "hello"})

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(GROUP, self.channel_name)

    async def room_event(self, message: dict[str, Any]) -> None:
        await self.send_json(message["frame"])


naive = AuthMiddlewareStack(NaiveConsumer.as_asgi())


async def websocket(scope: dict[str, Any], receive: Any, send: Any) -> None:
    chosen = naive if scope["path"] == PATH else ours
    await chosen(scope, receive, send)


application = ProtocolTypeRouter({"http": ours, "websocket": websocket})
