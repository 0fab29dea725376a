"""The port for web processes: each call sends a command to the Space's node."""

import asyncio
import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import structlog
from channels.layers import get_channel_layer
from redis.exceptions import RedisError

from audio.caller import Caller
from audio.commands import Command, Reply, group_of
from audio.events import AudioEvent
from audio.interface import AudioError
from audio.placement import Placement
from audio.reply_router import ReplyRouter

log = structlog.get_logger(__name__)

# Seconds to wait for a reply to each attempt; a call takes at most their sum.
TIMEOUTS = (0.4, 0.6, 1.0, 2.0)


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

    async def _call(self, verb: str, **arguments: str) -> str:
        try:
            router = await self._router()
        except (RedisError, OSError) as error:
            raise AudioError("timeout", "the message broker is unavailable") from error
        command = Command(
            id=uuid.uuid4().hex, reply_to=router.channel, verb=verb, arguments=arguments
        )
        with router.expect(command.id) as future:
            reply = await _send_until_replied(command, router.placement, future)
        if verb in ("listen", "speak", "answer", "adopt") and not reply.code:
            router.watch(arguments["room"], arguments["peer"], reply)
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


async def _send_until_replied(
    command: Command, placement: Placement, future: "asyncio.Future[Reply]"
) -> Reply:
    """Send the command again until a reply arrives.

    The node is looked up before each attempt, since it may be starting, or the room may have moved.
    """
    layer: Any = get_channel_layer()
    failure = AudioError("timeout", "the audio node did not answer")
    for timeout in TIMEOUTS:
        try:
            node = await placement.place(command.arguments["room"])
            await layer.group_send(group_of(node), command.pack())
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
