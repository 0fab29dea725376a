"""The port for web processes: each call sends a command to the Space's node.

The node may redirect a listener to an edge, from which the listener then receives the sound.
"""

import asyncio
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import structlog
from channels.layers import get_channel_layer
from redis.exceptions import RedisError

from audio.caller import Caller
from audio.commands import REDIRECT, Command, Reply, group_of
from audio.events import AudioEvent
from audio.interface import AudioError
from audio.placement import Placement
from audio.reply_router import ReplyRouter
from audio.trunk_request import TrunkRequest

log = structlog.get_logger(__name__)

# Seconds to wait for a reply to each attempt; a call takes at most their sum.
TIMEOUTS = (0.4, 0.6, 1.0, 2.0)
EDGE_TIMEOUTS = (0.4, 0.6, 0.8)  # a listener whom an edge does not answer returns to the origin
# Replies of an edge after which no other node is asked; "" is success.
FINAL = frozenset({"", "not_live", "removed", "signed_out"})


class RemoteAudio:
    """Implements `Audio`; one per process. Each event loop that calls it has a reply router."""

    def __init__(self) -> None:
        self._routers: dict[asyncio.AbstractEventLoop, ReplyRouter] = {}
        self._listeners: list[Callable[[AudioEvent], None]] = []

    async def reconcile(self, room: str) -> None:
        await self._call("reconcile", room=room)

    async def listen(self, room: str, peer: str, caller: Caller) -> str:
        return await self._call("listen", room=room, peer=peer, **asdict(caller))

    async def answer(self, room: str, peer: str, sdp: str) -> None:
        await self._call("answer", room=room, peer=peer, sdp=sdp)

    async def speak(self, room: str, peer: str, caller: Caller, sdp: str) -> str:
        return await self._call("speak", room=room, peer=peer, sdp=sdp, **asdict(caller))

    async def adopt(self, room: str, peer: str, caller: Caller) -> None:
        await self._call("adopt", room=room, peer=peer, **asdict(caller))

    async def set_quality(self, room: str, peer: str, quality: str) -> None:
        await self._call("set_quality", room=room, peer=peer, quality=quality)

    async def leave(self, room: str, peer: str) -> None:
        await self._call("leave", room=room, peer=peer)
        (await self._router()).forget(peer)

    async def open_trunk(self, room: str, trunk: str, *, home: str, request: TrunkRequest) -> str:
        """Ask the room's home to send its stream to this process, or to continue; return the salt
        of the trunk's key. When the trunk ends, or that node dies, PeerGone is emitted."""
        arguments = {"room": room, "peer": trunk, **request.pack()}
        return await self._call("open_trunk", receiver=home, **arguments)

    async def stats(self) -> Mapping[str, float]:
        """Return the sums over all live nodes, and the worst lateness among them."""
        total: dict[str, float] = {}
        for heartbeat in await (await self._router()).placement.nodes():
            for name, value in heartbeat.stats.items():
                before = total.get(name, 0.0)
                total[name] = max(before, value) if name.startswith("lateness") else before + value
        return total

    def subscribe(self, listener: Callable[[AudioEvent], None]) -> Callable[[], None]:
        """Subscribe to PeerUp and PeerGone of this process's peers; Talkers are sent to rooms."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def close(self) -> None:
        """Close the running loop's reply router."""
        if router := self._routers.pop(asyncio.get_running_loop(), None):
            await router.close()

    async def _call(self, verb: str, *, receiver: str = "", **arguments: str) -> str:
        """Send a command to the node `receiver`, or else to the one that has the peer or room."""
        try:
            router = await self._router()
        except (RedisError, OSError) as error:
            raise AudioError("timeout", "the message broker is unavailable") from error
        receiver = receiver or router.edge_of(arguments.get("peer", ""))
        at_edge = bool(receiver)
        reply = await _ask(router, verb, arguments, node=receiver)
        if reply.code == REDIRECT:
            reply, at_edge = await _follow(router, reply, verb, arguments)
        if verb in ("listen", "speak", "answer", "adopt", "open_trunk") and not reply.code:
            router.watch(arguments["room"], arguments["peer"], reply, at_edge=at_edge)
        if reply.code:
            raise AudioError(reply.code, reply.message)
        return reply.result

    async def _router(self) -> ReplyRouter:
        loop = asyncio.get_running_loop()
        for other in [other for other in self._routers if other.is_closed()]:
            del self._routers[other]
        router = self._routers.get(loop)
        if router is None:
            router = self._routers[loop] = ReplyRouter(Placement(), self._emit)
        await router.open()
        return router

    def _emit(self, event: AudioEvent) -> None:
        for listener in tuple(self._listeners):
            listener(event)


async def _ask(
    router: ReplyRouter,
    verb: str,
    arguments: Mapping[str, str],
    *,
    node: str = "",
    timeouts: Sequence[float] | None = None,
) -> Reply:
    """Send a command and return the reply. Without a node, the room's home gets the command."""
    command = Command(
        id=uuid.uuid4().hex, reply_to=router.channel, verb=verb, arguments=dict(arguments)
    )
    with router.expect(command.id) as future:
        return await _send_until_replied(
            command, router.placement, future, node=node, timeouts=timeouts or TIMEOUTS
        )


async def _follow(
    router: ReplyRouter, redirect: Reply, verb: str, arguments: Mapping[str, str]
) -> tuple[Reply, bool]:
    """Ask the nodes that the reply names; return the final reply, and whether it is an edge's.

    A `listen` for which an edge fails goes back to the room's home, which then keeps the listener.
    """
    reply = redirect
    for edge in redirect.message.split():
        there = "listen_at_edge" if verb == "listen" else verb
        try:
            reply = await _ask(router, there, arguments, node=edge, timeouts=EDGE_TIMEOUTS)
        except AudioError as error:
            reply = Reply(id="", node=edge, instance="", code=error.code, message=str(error))
        if reply.code in FINAL:
            return reply, True
        if verb == "listen":
            log.warning("audio_edge_failed", node=edge, room=arguments["room"], code=reply.code)
            return await _ask(router, verb, {**arguments, "avoid": edge}), False
    return reply, True


async def _send_until_replied(
    command: Command,
    placement: Placement,
    future: "asyncio.Future[Reply]",
    *,
    node: str,
    timeouts: Sequence[float],
) -> Reply:
    """Send the command again until a reply arrives.

    Without a node, the room's home is looked up before each attempt, since it may be starting, or
    the room may have moved.
    """
    layer: Any = get_channel_layer()
    failure = AudioError("timeout", "the audio node did not answer")
    for timeout in timeouts:
        try:
            receiver = node or await placement.place(command.arguments["room"])
            await layer.group_send(group_of(receiver), command.pack())
        except AudioError as error:
            failure = error
        except (RedisError, OSError) as error:
            log.warning("audio_command_not_sent", verb=command.verb, error=repr(error))
        await asyncio.wait({future}, timeout=timeout)
        if future.done():
            return future.result()
    log.warning(
        "audio_command_unanswered",
        verb=command.verb,
        room=command.arguments["room"],
        code=failure.code,
    )
    raise failure
