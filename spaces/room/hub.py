"""The hub of a web process: it receives each room's events once and writes them to every socket.

If each consumer joined the group itself, every event would be delivered by Redis and encoded once
per socket. Instead, the hub joins a room's group once for all sockets of the process and writes the
encoded text to each.

Pub/sub loses events while nobody is subscribed, for example while Redis restarts. So every two
seconds the hub compares the revisions that it has delivered with those in the database, in one
query, and sends `revision` to rooms that are behind; their pages then catch up.
"""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Coroutine, Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, Protocol

import redis
import structlog
from channels.layers import get_channel_layer
from django.utils import timezone

from core import database, redis_clients, shared_clock
from core.background import end_all, forever
from core.database import Unavailable
from core.gathering import Gathering
from core.sockets.frame import Frame, encode
from spaces.models import Space
from spaces.room import networks, presence
from spaces.room.audience import AudienceAnnouncer
from spaces.room.events import (
    Audience,
    Ended,
    HostChanged,
    Moved,
    OpenToGuests,
    Removed,
    StageJoined,
    StageLeft,
    Talking,
)
from spaces.room.expulsions import (
    HasKeys,
    HasSession,
    disconnect_signed_out,
    expel,
    expel_closed_accounts,
    expel_excluded,
    expel_guests,
    expel_removed,
    expel_suspended,
)
from spaces.room.publish import group_of
from spaces.room.reactions import ReactionCounter

log = structlog.get_logger(__name__)

COMPARE_EVERY = 2.0  # seconds
SLICE = 200  # sockets that receive a frame before other tasks run; writing to them takes 3 ms


class Socket(HasKeys, HasSession, Protocol):
    """The interface of a socket that the hub uses."""

    network: str  # the hash of the viewer's network (cool_down.py), or ""
    reads_captions: bool  # whether the page shows captions

    async def deliver(self, frame: Frame) -> None: ...

    async def finish(self) -> None:
        """Close the socket, because the Space has ended."""

    async def hand_over(self, to: str) -> None:
        """Give up the sound, unless `to` is this socket's name."""


class Room:
    """The sockets of one Space in this process."""

    def __init__(
        self, space_id: str, subscribed: asyncio.Future[None], client: "redis.asyncio.Redis"
    ) -> None:
        self.subscribed = subscribed
        self.sockets: set[Socket] = set()
        self.revision = 0  # the newest revision that was sent to its pages
        self.talking: Frame | None = None  # the last "talking" frame, for sockets that join later
        self.reactions = ReactionCounter(space_id)
        self.audience = AudienceAnnouncer(client, space_id)

    @property
    def caption_readers(self) -> list[Socket]:
        return [socket for socket in self.sockets if socket.reads_captions]

    def sockets_of(self, key: str) -> list[Socket]:
        return [socket for socket in self.sockets if socket.key == key]


@cache
def get_hub() -> "Hub":
    """Return this process's hub."""
    return Hub()


class Hub:
    def __init__(self) -> None:
        self.rooms: dict[str, Room] = {}
        self.layer = get_channel_layer()
        self.redis = redis_clients.connect_async()
        self.channel = ""
        self._opening = asyncio.Lock()
        self._loops: list[asyncio.Task[None]] = []
        self._expelling: set[asyncio.Task[None]] = set()
        self._arrivals: Gathering[tuple[str, Socket], datetime] = Gathering(self._count_all)

    async def join(self, space_id: str, socket: Socket) -> Room:
        """Add the socket to the room. After this returns, the socket receives the room's events.

        If Redis is unreachable, raise the channel layer's error.
        """
        room = self.rooms.get(space_id)
        if room is None:
            subscribed = asyncio.ensure_future(self._subscribe(space_id))
            room = self.rooms[space_id] = Room(space_id, subscribed, self.redis)
        room.sockets.add(socket)
        try:
            await asyncio.shield(room.subscribed)
        except Exception:
            room.sockets.discard(socket)
            if self.rooms.get(space_id) is room:
                del self.rooms[space_id]
            raise
        return room

    async def welcome(self, space_id: str, socket: Socket) -> datetime:
        """Count an admitted socket as present, and return the shared time."""
        if room := self.rooms.get(space_id):
            room.audience.request()
        return await self._arrivals.ask((space_id, socket))

    async def leave(self, space_id: str, socket: Socket) -> None:
        room = self.rooms.get(space_id)
        if room is None or socket not in room.sockets:
            return
        room.sockets.discard(socket)
        if not room.sockets:
            del self.rooms[space_id]
            await self.layer.group_discard(group_of(space_id), self.channel)
        if not room.sockets_of(socket.key):
            with contextlib.suppress(redis.RedisError):  # the lease expires instead
                await presence.release(self.redis, space_id, socket.key)
            room.audience.request()

    def react(self, space_id: str, key: str, emoji: str) -> None:
        room = self.rooms.get(space_id)
        if room is not None:
            room.reactions.add(key, emoji)

    async def stop(self) -> None:
        """Cancel the loops and close the connection. Only for tests; a web process just exits."""
        await end_all([*self._loops, *self._expelling])
        await self.redis.aclose()

    async def _count_all(self, arrivals: Sequence[tuple[str, Socket]]) -> list[datetime]:
        """Count these sockets as present, in one round trip, and return the time for each."""
        arrived: dict[str, list[Socket]] = defaultdict(list)
        for space_id, socket in arrivals:
            arrived[space_id].append(socket)
        try:
            async with self.redis.pipeline(transaction=False) as pipe:
                for space_id, sockets in arrived.items():
                    presence.renew(pipe, space_id, {socket.key for socket in sockets})
                    networks.remember(pipe, space_id, seen_at(sockets))
                pipe.time()
                *_, time = await pipe.execute()
        except redis.RedisError:  # _renew takes the leases instead
            return [timezone.now()] * len(arrivals)
        return [datetime.fromtimestamp(shared_clock.seconds(time), UTC)] * len(arrivals)

    async def _subscribe(self, space_id: str) -> None:
        async with self._opening:
            if not self.channel:
                self.channel = await self.layer.new_channel("hub.")
                for loop in (self._receive, self._compare, self._renew):
                    self._loops.append(asyncio.create_task(forever(loop, failed="hub_loop_failed")))
        await self.layer.group_add(group_of(space_id), self.channel)

    async def _receive(self) -> None:
        """Receive until the process exits; cancelling this would end the subscription."""
        while True:
            message = await self.layer.receive(self.channel)
            room = self.rooms.get(message["space"])
            if room is None:
                continue
            if message["kind"] == Moved.kind:
                for socket in room.sockets_of(message["who"]):
                    await socket.hand_over(message["to"])
                continue
            room.revision = max(room.revision, message["rev"] or 0)
            frame = Frame(message["text"])
            if message["kind"] == Talking.kind:
                room.talking = frame
            elif message["kind"] == Audience.kind:
                room.audience.last = message["text"]
            readers = room.caption_readers if message.get("for_caption_readers") else room.sockets
            await deliver(room, frame, tuple(readers))
            if message["kind"] in (StageJoined.kind, StageLeft.kind, Removed.kind):
                room.audience.request()  # people on stage don't count as listeners
            if message["kind"] == Ended.kind:
                for socket in tuple(room.sockets):
                    await socket.finish()
            elif message["kind"] == Removed.kind:
                self._start_expelling(room, expel({message["who"]}, tuple(room.sockets)))
            elif message["kind"] in (OpenToGuests.kind, HostChanged.kind):
                # A new host may have blocked the account that a guest signed out of.
                self._start_expelling(room, expel_guests(tuple(room.sockets)))

    def _start_expelling(self, room: Room, expelling: Coroutine[Any, Any, None]) -> None:
        """Expel in a separate task, so that other rooms don't wait for the database."""
        task = asyncio.create_task(_expel_or_retry(room, expelling))
        self._expelling.add(task)
        task.add_done_callback(self._expelling.discard)

    async def _compare(self) -> None:
        while True:
            await asyncio.sleep(COMPARE_EVERY)
            for space_id, revision in (await revisions(list(self.rooms))).items():
                room = self.rooms.get(space_id)
                if room is not None and room.revision < revision:
                    # The lost event may have been a removal. Expel before updating the revision,
                    # so that a failure is retried.
                    await expel_removed(space_id, tuple(room.sockets))
                    await expel_guests(tuple(room.sockets))
                    room.revision = max(room.revision, revision)
                    frame = Frame(encode({"t": "revision", "rev": revision}))
                    await deliver(room, frame, tuple(room.sockets))
            everyone = [each for room in self.rooms.values() for each in room.sockets]
            await expel_excluded({name: tuple(each.sockets) for name, each in self.rooms.items()})
            await expel_suspended(everyone)
            await expel_closed_accounts(everyone)
            await disconnect_signed_out(everyone)

    async def _renew(self) -> None:
        while True:
            async with self.redis.pipeline(transaction=False) as pipe:
                for space_id, room in list(self.rooms.items()):
                    presence.renew(pipe, space_id, {socket.key for socket in room.sockets})
                    networks.remember(pipe, space_id, seen_at(tuple(room.sockets)))
                    # The leases of a crashed process expire without an event.
                    room.audience.request()
                await pipe.execute()
            await asyncio.sleep(presence.RENEW_EVERY)


async def _expel_or_retry(room: Room, expelling: Coroutine[Any, Any, None]) -> None:
    try:
        await expelling
    except Unavailable:
        room.revision = 0  # so the next comparison treats the room as behind and expels again


def seen_at(sockets: Iterable[Socket]) -> set[tuple[str, str]]:
    """Return pairs of a key and a network, for all keys by which a viewer may be removed."""
    return {(key, socket.network) for socket in sockets for key in socket.keys}


async def deliver(room: Room, frame: Frame, sockets: Iterable[Socket]) -> None:
    """Write a frame to these sockets of the room. Between slices, other tasks of the process run,
    so that nothing waits until a large room has its frame."""
    for number, socket in enumerate(tuple(sockets), start=1):
        try:
            await socket.deliver(frame)
        except Exception as error:  # go on with the other sockets
            log.info("socket_lost", error=repr(error))
            room.sockets.discard(socket)
        if number % SLICE == 0:
            await asyncio.sleep(0)


async def revisions(space_ids: list[str]) -> dict[str, int]:
    spaces = Space.objects.filter(public_id__in=space_ids).values_list("public_id", "revision")
    return await database.run(dict, spaces) if space_ids else {}
