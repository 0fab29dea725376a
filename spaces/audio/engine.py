"""The port, served in this process: one UDP port, a mix and an audience for each room."""

import asyncio
import logging
import time
import weakref
from collections.abc import Awaitable, Callable, Mapping, Sequence

from .audience.local import open_audience
from .clock import FRAME, Lateness, ask_for_realtime, beat, spare_the_collector
from .interface import AudioError, AudioEvent, RoomPlan
from .mixing.mixer import Mixer
from .room import Room
from .transport import sdp
from .transport.dtls import Certificate
from .transport.endpoint import Endpoint
from .transport.offer import Local, make_answer, make_offer
from .transport.peer import Peer
from .transport.socket import local_addresses

MAX_ROOMS = 500
MAX_PEERS = 2000  # at 20 ms frames a pass over more would eat the tick
MAX_HALF_OPEN = 1000
EMPTY_ROOM_STAYS = 30.0  # seconds
SWEEP_EVERY = round(0.1 / FRAME)  # ticks
SPARE_EVERY = round(10 / FRAME)  # ticks

log = logging.getLogger(__name__)


class Engine:
    """See `Audio`. `advertise` are the addresses to offer, where they are not this machine's own;
    `realtime` asks for a scheduling policy and is for a process that does nothing else."""

    def __init__(
        self,
        *,
        plan_of: Callable[[str], Awaitable[RoomPlan]],
        port: int,
        host: str = "::",
        advertise: Sequence[str] = (),
        realtime: bool = False,
        max_rooms: int = MAX_ROOMS,
        max_peers: int = MAX_PEERS,
    ) -> None:
        self.lateness = Lateness()
        self.scheduling = "other"
        self._plan_of = plan_of
        self._host, self._wanted_port, self._advertise = host, port, list(advertise)
        self._realtime = realtime
        self._max_rooms, self._max_peers = max_rooms, max_peers
        self._rooms: dict[str, Room] = {}
        self._locks: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()
        self._listeners: dict[object, Callable[[AudioEvent], None]] = {}
        self._certificate = Certificate()
        self._endpoint: Endpoint | None = None
        self._addresses: list[str] = []
        self._beat: asyncio.Task[None] | None = None
        self._ticks = 0
        self._sent_before = self._lost_before = 0  # by rooms that are closed

    @property
    def port(self) -> int:
        """The UDP port in use."""
        return self._open_endpoint().socket.port

    @property
    def rooms(self) -> tuple[str, ...]:
        return tuple(self._rooms)

    async def start(self) -> None:
        """Raises OSError if the port is taken."""
        self._endpoint = Endpoint(self._host, self._wanted_port)
        self._endpoint.start()
        self._addresses = local_addresses(self._host, self._advertise)
        if self._realtime:
            self.scheduling = ask_for_realtime()
            spare_the_collector(idle=True)
        self._beat = asyncio.create_task(beat(self._tick, self.lateness))

    async def stop(self) -> None:
        """Say goodbye to every peer; they are told "lost" and may look for another node."""
        if self._beat is not None:
            self._beat.cancel()
            await asyncio.gather(self._beat, return_exceptions=True)
        for name in self.rooms:
            self._close(name, "lost")
        if self._endpoint is not None:
            self._endpoint.stop()
            self._endpoint = None

    async def reconcile(self, room: str) -> None:
        # One look at a time: a plan read earlier must not be applied after a later one.
        async with self._locks.setdefault(room, asyncio.Lock()):
            plan = await self._read_plan(room)
            if not plan.live:
                self._close(room, "ended")
            elif room in self._rooms:
                self._rooms[room].follow(plan)
            elif len(self._rooms) >= self._max_rooms:
                raise AudioError("full", "this node has no room for another Space")
            else:
                self._rooms[room] = self._open(plan)

    async def listen(self, room: str, peer: str, person: str) -> str:
        place = await self._enter(room, person)
        known = place.peers.get(peer)
        if known is not None:
            return _same(known, person, speaks=False).said
        created = self._create(place, peer, person, speaks=False)
        created.said = make_offer(self._local(created))
        return created.said

    async def answer(self, room: str, peer: str, sdp: str) -> None:
        known = self._rooms[room].peers.get(peer) if room in self._rooms else None
        if known is None or known.speaks:
            raise AudioError("unknown_peer")
        description = _parse(sdp)
        if description.setup == "actpass":
            raise AudioError("bad_description", "an answer must choose a DTLS role")
        if known.description is None:
            known.describe(description)
        elif known.description != description:
            raise AudioError("bad_description", "answered before, and differently")

    async def speak(self, room: str, peer: str, person: str, sdp: str) -> str:
        description = _parse(sdp)
        place = await self._enter(room, person)
        if person not in place.plan.stage:
            await self.reconcile(room)  # a promotion may be a moment old
            if self._rooms.get(room) is not place or person not in place.plan.stage:
                raise AudioError("not_on_stage")
        known = place.peers.get(peer)
        if known is not None:
            if _same(known, person, speaks=True).description != description:
                raise AudioError("bad_description", "offered before, and differently")
            return known.said
        created = self._create(place, peer, person, speaks=True)
        try:
            created.said = _answer(self._local(created), description)
        except AudioError:
            created.close("failed")
            raise
        created.describe(description)
        return created.said

    async def leave(self, room: str, peer: str) -> None:
        known = self._rooms[room].peers.get(peer) if room in self._rooms else None
        if known is not None:
            known.close("left")

    def evict(self, room: str) -> None:
        """The Space lives on another node now; its peers are told "moved"."""
        self._close(room, "moved")

    async def stats(self) -> Mapping[str, float]:
        rooms = list(self._rooms.values())
        peers = [peer for room in rooms for peer in room.peers.values()]
        return {
            "rooms": len(rooms),
            "peers": len(peers),
            "half_open": self._endpoint.half_open if self._endpoint else 0,
            "packets_sent": self._sent_before + sum(room.packets_sent for room in rooms),
            "packets_lost": self._lost_before
            + sum(room.packets_lost for room in rooms)
            + sum(peer.packets_lost for peer in peers),
            "datagrams_dropped": self._endpoint.dropped if self._endpoint else 0,
            "lateness_p50": self.lateness.quantile(0.50),
            "lateness_p99": self.lateness.quantile(0.99),
            "realtime": float(self.scheduling == "rr"),
        }

    def subscribe(self, listener: Callable[[AudioEvent], None]) -> Callable[[], None]:
        key = object()
        self._listeners[key] = listener

        def stop() -> None:
            self._listeners.pop(key, None)

        return stop

    def _tick(self) -> None:
        endpoint = self._open_endpoint()
        now = time.monotonic()
        for room in list(self._rooms.values()):
            if room.peers:
                self._tick_room(room)
            elif now - room.empty_since > EMPTY_ROOM_STAYS:
                self._close(room.name, "ended")
        endpoint.work()
        self._ticks += 1
        if self._ticks % SWEEP_EVERY == 0:
            endpoint.sweep()
        if self._realtime and self._ticks % SPARE_EVERY == 0:
            spare_the_collector(idle=not any(room.peers for room in self._rooms.values()))

    def _tick_room(self, room: Room) -> None:
        try:
            room.tick()
        except Exception:  # one room's fault must not silence the others
            log.exception("tick failed", extra={"room": room.name})

    async def _enter(self, room: str, person: str) -> Room:
        """The live room that this person may be in."""
        place = self._rooms.get(room)
        if place is None or person in place.plan.removed:
            await self.reconcile(room)
            place = self._rooms.get(room)
        if place is None:
            raise AudioError("not_live")
        if person in place.plan.removed:
            raise AudioError("removed")
        return place

    def _open(self, plan: RoomPlan) -> Room:
        endpoint = self._open_endpoint()
        return Room(
            plan,
            mixer=Mixer(soundscape=plan.soundscape),
            audience=open_audience(endpoint.socket),
            emit=self._emit,
            forget=endpoint.remove,
        )

    def _close(self, name: str, reason: str) -> None:
        room = self._rooms.pop(name, None)
        if room is not None:
            room.close(reason)
            self._sent_before += room.packets_sent
            self._lost_before += room.packets_lost

    def _create(self, room: Room, name: str, person: str, *, speaks: bool) -> Peer:
        endpoint = self._open_endpoint()
        if sum(len(each.peers) for each in self._rooms.values()) >= self._max_peers:
            raise AudioError("full", "this node has no room for another listener")
        if endpoint.half_open >= MAX_HALF_OPEN:
            raise AudioError("full", "too many are joining at this moment")
        peer = Peer(
            name=name,
            person=person,
            speaks=speaks,
            certificate=self._certificate,
            observer=room,
            send=endpoint.socket.send,
            now=time.monotonic(),
        )
        room.admit(peer)
        endpoint.add(peer)
        return peer

    def _local(self, peer: Peer) -> Local:
        return Local(
            ufrag=peer.ice.ufrag,
            password=peer.ice.password,
            fingerprint=self._certificate.fingerprint,
            addresses=self._addresses,
            port=self.port,
            ssrc=peer.stream.ssrc,
        )

    async def _read_plan(self, room: str) -> RoomPlan:
        try:
            return await self._plan_of(room)
        except AudioError:
            raise
        except Exception as error:
            log.exception("plan not read", extra={"room": room})
            raise AudioError("timeout", "the Space could not be read") from error

    def _emit(self, event: AudioEvent) -> None:
        for listener in list(self._listeners.values()):
            try:
                listener(event)
            except Exception:  # a listener's fault must not stop the sound
                log.exception("listener failed")

    def _open_endpoint(self) -> Endpoint:
        if self._endpoint is None:
            raise AudioError("no_node", "the engine is not started")
        return self._endpoint


def _same(peer: Peer, person: str, *, speaks: bool) -> Peer:
    """The peer of an earlier, equal call."""
    if peer.person != person or peer.speaks != speaks:
        raise AudioError("unknown_peer", "the name is another peer's")
    return peer


def _parse(text: str) -> sdp.Description:
    try:
        return sdp.parse(text)
    except sdp.SdpError as error:
        raise AudioError("bad_description", str(error)) from error


def _answer(local: Local, offered: sdp.Description) -> str:
    try:
        return make_answer(local, offered)
    except sdp.SdpError as error:
        raise AudioError("bad_description", str(error)) from error
