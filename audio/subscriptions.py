"""The trunks that this node requests for the rooms of which it is an edge."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import structlog

from audio.edge import Edge
from audio.events import AudioEvent, PeerGone
from audio.placement import Placement
from audio.remote import RemoteAudio
from audio.trunk_request import TrunkRequest
from core.background import end_all

RENEW_EVERY = 2.0  # seconds; the origin waits for five times as long
RETRY_EVERY = 0.3  # seconds, while there is no origin

log = structlog.get_logger(__name__)


class Subscriptions:
    """Keeps one task for each room, which requests the room's trunks and renews them."""

    def __init__(self, placement: Placement, *, node: str, on_home: Callable[[str], None]) -> None:
        """`on_home` is called with a room of which this node has become the home."""
        self._placement, self._node, self._on_home = placement, node, on_home
        self._origins = RemoteAudio()
        self._origins.subscribe(self._notice)
        self._edges: dict[str, Edge] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def open(self, room: str, edge: Edge, address: tuple[str, int]) -> None:
        """Request the trunks of this room from now on, to be sent to this address and port."""
        self._edges[room] = edge
        self._tasks[room] = asyncio.create_task(self._keep(room, edge, address))

    def close(self, room: str) -> None:
        """Stop renewing the trunks of this room, which then expire."""
        self._edges.pop(room, None)
        if task := self._tasks.pop(room, None):
            task.cancel()

    async def close_all(self) -> None:
        self._edges.clear()
        await end_all(self._tasks.values())
        self._tasks.clear()
        await self._origins.close()

    async def _keep(self, room: str, edge: Edge, address: tuple[str, int]) -> None:
        while self._edges.get(room) is edge:  # a cancellation may be lost (core.background)
            edge.stream_changed.clear()
            pause = RENEW_EVERY
            try:
                await self._renew(room, edge, address)
            except Exception as error:
                log.warning("trunk_not_renewed", room=room, error=repr(error))
                pause = RETRY_EVERY
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await edge.stream_changed.wait()

    async def _renew(self, room: str, edge: Edge, address: tuple[str, int]) -> None:
        home = await self._placement.home_of(room)
        if home == self._node:
            self._on_home(room)
            return
        for quality, (trunk, ssrc) in edge.wanted.items():
            request = TrunkRequest(
                node=self._node,
                address=address[0],
                port=address[1],
                ssrc=ssrc,
                quality=quality,
                loss=edge.loss,
            )
            salt = await self._origins.open_trunk(room, trunk, home=home, request=request)
            edge.accept_trunk(trunk, salt)

    def _notice(self, event: AudioEvent) -> None:
        """Request the trunks again at once when one has ended, or its origin has died."""
        if isinstance(event, PeerGone) and (edge := self._edges.get(event.room)):
            edge.stream_changed.set()
