"""Receive replies in a web process, and the events of the peers that the process opened."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import structlog
from channels.layers import get_channel_layer
from redis.exceptions import RedisError

from audio.commands import EVERY_WEB, Gone, InstanceChanged, Reply, Up
from audio.events import AudioEvent, PeerGone, PeerUp
from audio.placement import Placement
from core.background import end_all

log = structlog.get_logger(__name__)

WATCH_EVERY = 1.0  # seconds
MISSED = 2  # checks in a row without a heartbeat after which a node counts as lost


@dataclass(frozen=True)
class _Watched:
    room: str
    node: str
    instance: str
    at_edge: bool


class ReplyRouter:
    """The receiving side of one event loop."""

    def __init__(self, placement: Placement, emit: Callable[[AudioEvent], None]) -> None:
        self.placement = placement
        self.channel = ""
        self._emit = emit
        self._layer: Any = get_channel_layer()
        self._opening = asyncio.Lock()
        self._expected: dict[str, asyncio.Future[Reply]] = {}
        self._peers: dict[str, _Watched] = {}
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        """Subscribe, unless this was done already. Raises the channel layer's errors when Redis is
        unavailable."""
        async with self._opening:
            if self._tasks:
                return
            self.channel = await self._layer.new_channel("audio.")
            await self._layer.group_add(EVERY_WEB, self.channel)
            self._tasks = [
                asyncio.create_task(self._read()),
                asyncio.create_task(self._watch_nodes()),
            ]

    async def close(self) -> None:
        await end_all(self._tasks)
        await self.placement.close()

    @contextmanager
    def expect(self, command: str) -> "Iterator[asyncio.Future[Reply]]":
        """Yield a future that resolves to the reply to the command with this id."""
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._expected[command] = future
        try:
            yield future
        finally:
            del self._expected[command]

    def watch(self, room: str, peer: str, reply: Reply, *, at_edge: bool) -> None:
        """Watch the node that replied, because the peer is lost when that instance dies."""
        self._peers[peer] = _Watched(room, reply.node, reply.instance, at_edge)

    def edge_of(self, peer: str) -> str:
        """Return the edge on which this peer is; "" if it is at the room's home, or unknown."""
        watched = self._peers.get(peer)
        return watched.node if watched is not None and watched.at_edge else ""

    def forget(self, peer: str) -> None:
        self._peers.pop(peer, None)

    async def _read(self) -> None:
        """Receive messages forever. Cancelling `receive`, e.g. by a timeout, would unsubscribe."""
        while True:
            message = await self._layer.receive(self.channel)
            try:
                self._dispatch(message)
            except Exception:
                log.exception("audio_message_failed", kind=message.get("type"))

    def _dispatch(self, message: Mapping[str, Any]) -> None:
        match message["type"]:
            case Reply.type:
                reply = Reply.unpack(message)
                future = self._expected.get(reply.id)
                if future is not None and not future.done():
                    future.set_result(reply)
            case Up.type:
                up = Up.unpack(message)
                self._emit(PeerUp(up.room, up.peer))
            case Gone.type:
                gone = Gone.unpack(message)
                self._peers.pop(gone.peer, None)
                self._emit(PeerGone(gone.room, gone.peer, gone.reason))
            case InstanceChanged.type:
                changed = InstanceChanged.unpack(message)
                self._mark_lost(changed.node, except_instance=changed.instance)

    async def _watch_nodes(self) -> None:
        """Detect that a node was killed: its heartbeat stops, or comes from another instance."""
        missed: dict[str, int] = {}
        while True:
            await asyncio.sleep(WATCH_EVERY)
            if not self._peers:
                continue
            try:
                alive = {
                    heartbeat.node: heartbeat.instance for heartbeat in await self.placement.nodes()
                }
                if not await self.placement.is_complete():
                    continue
            except (RedisError, OSError):
                continue  # this process cannot reach Redis; the peers may be unaffected
            for node in {watched.node for watched in self._peers.values()}:
                missed[node] = 0 if node in alive else missed.get(node, 0) + 1
                if node in alive or missed[node] >= MISSED:
                    self._mark_lost(node, except_instance=alive.get(node, ""))

    def _mark_lost(self, node: str, *, except_instance: str) -> None:
        """Emit that all peers of the node are lost, except those of the live instance."""
        for peer, watched in list(self._peers.items()):
            if watched.node == node and watched.instance != except_instance:
                del self._peers[peer]
                self._emit(PeerGone(watched.room, peer, "lost"))
