"""The engine: implements the port in this process, with one UDP port for all rooms."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence

from audio import half_open
from audio.audience.local import open_audience
from audio.caller import Caller
from audio.clock import FRAME, Lateness, ask_for_realtime, beat, spare_the_collector
from audio.events import AudioEvent
from audio.interface import AudioError
from audio.mixing import libopus
from audio.mixing.mixer import Mixer
from audio.mixing.opus import EncoderSettings
from audio.plan import RoomPlan
from audio.quality import QUALITIES, SAVER
from audio.room import Room
from audio.rooms import PlanOf, Rooms
from audio.transport.dtls import Certificate
from audio.transport.endpoint import Endpoint
from audio.transport.offer import Local, make_answer, make_offer
from audio.transport.peer import Peer
from audio.transport.sdp import Description, parse
from audio.transport.sections import SdpError
from audio.transport.socket import local_addresses

MAX_ROOMS = 500
MAX_PEERS = 1500  # serving more takes longer than a tick of 20 ms: add a node instead
SWEEP_EVERY = round(0.1 / FRAME)  # ticks
SPARE_EVERY = round(10 / FRAME)  # ticks

log = logging.getLogger(__name__)


class Engine:
    """Implements `Audio`.

    `advertise` lists the addresses to put into candidates when they are not this machine's own.
    `realtime` requests realtime scheduling, for a process that does nothing else. `encoding` holds
    the encoder settings for talk.
    """

    def __init__(
        self,
        *,
        plan_of: PlanOf,
        port: int,
        host: str = "::",
        advertise: Sequence[str] = (),
        realtime: bool = False,
        encoding: EncoderSettings | None = None,
        max_rooms: int = MAX_ROOMS,
        max_peers: int = MAX_PEERS,
    ) -> None:
        self.lateness = Lateness()
        self.scheduling = "other"  # the policy that the kernel granted: "rr" or "other"
        self._host, self._wanted_port, self._advertise = host, port, list(advertise)
        self._encoding = encoding or EncoderSettings()
        self._realtime, self._max_peers = realtime, max_peers
        self._rooms = Rooms(plan_of=plan_of, make=self._make_room, most=max_rooms)
        self._listeners: dict[object, Callable[[AudioEvent], None]] = {}
        self._certificate = Certificate()
        self._endpoint: Endpoint | None = None
        self._addresses: list[str] = []
        self._beat: asyncio.Task[None] | None = None
        self._ticks = 0

    @property
    def port(self) -> int:
        """Return the UDP port in use."""
        return self._open_endpoint().socket.port

    @property
    def codec(self) -> str:
        """Describe the libopus in use and its complexity, for logs and health reports."""
        return f"{libopus.describe()}, complexity {self._encoding.complexity}"

    @property
    def rooms(self) -> tuple[str, ...]:
        return self._rooms.names

    async def start(self) -> None:
        """Bind the port and start the clock. Raises OSError if the port is taken, ValueError for a
        malformed IP address."""
        self._addresses = local_addresses(self._host, self._advertise)
        self._endpoint = Endpoint(self._host, self._wanted_port)
        self._endpoint.start()
        if self._realtime:
            self.scheduling = ask_for_realtime()
            spare_the_collector(idle=True)
        self._beat = asyncio.create_task(beat(self._tick, self.lateness))

    async def stop(self) -> None:
        """Close every peer with the reason "lost", so that clients may connect to another node."""
        if self._beat is not None:
            self._beat.cancel()
            await asyncio.gather(self._beat, return_exceptions=True)
        for name in self.rooms:
            self._rooms.close(name, "lost")
        if self._endpoint is not None:
            self._endpoint.stop()
            self._endpoint = None

    async def reconcile(self, room: str) -> None:
        await self._rooms.reconcile(room)

    async def listen(self, room: str, peer: str, caller: Caller) -> str:
        place = await self._rooms.enter(room, caller)
        known = place.peers.get(peer)
        if known is not None:
            return _same(known, caller, speaks=False).said
        created = self._create(place, peer, caller, speaks=False)
        created.said = make_offer(self._local(created))
        return created.said

    async def answer(self, room: str, peer: str, sdp: str) -> None:
        known = self._rooms.find_peer(room, peer)
        if known is None or known.speaks:
            raise AudioError("unknown_peer")
        description = _parse(sdp)
        if description.setup == "actpass":
            raise AudioError("bad_description", "an answer must choose a DTLS role")
        if known.description is None:
            known.describe(description)
        elif known.description != description:
            raise AudioError("bad_description", "a different answer was given before")

    async def speak(self, room: str, peer: str, caller: Caller, sdp: str) -> str:
        description = _parse(sdp)
        place = await self._rooms.enter(room, caller)
        if caller.person not in place.plan.stage:
            await self._rooms.reconcile(room)  # the person may just have been promoted
            if self._rooms.get(room) is not place or caller.person not in place.plan.stage:
                raise AudioError("not_on_stage")
        known = place.peers.get(peer)
        if known is not None:
            if _same(known, caller, speaks=True).description != description:
                raise AudioError("bad_description", "a different offer was made before")
            return known.said
        created = self._create(place, peer, caller, speaks=True)
        try:
            created.said = make_answer(self._local(created), description, music=place.plan.music)
        except SdpError as error:
            created.close("failed")
            raise AudioError("bad_description", str(error)) from error
        created.describe(description)
        return created.said

    async def adopt(self, room: str, peer: str, caller: Caller) -> None:
        known = self._rooms.find_peer(room, peer)
        if known is None or known.person != caller.person:
            raise AudioError("unknown_peer")
        known.caller = caller

    async def set_quality(self, room: str, peer: str, quality: str) -> None:
        place, known = self._rooms.get(room), self._rooms.find_peer(room, peer)
        if place is None or known is None:
            raise AudioError("unknown_peer")
        if quality not in QUALITIES:
            raise AudioError("bad_description", "unknown quality")
        place.set_quality(known, saves_data=quality == SAVER)

    async def leave(self, room: str, peer: str) -> None:
        known = self._rooms.find_peer(room, peer)
        if known is not None:
            known.close("left")

    def evict(self, room: str) -> None:
        """Close a room that is placed on another node now; its peers get the reason "moved"."""
        self._rooms.close(room, "moved")

    async def stats(self) -> Mapping[str, float]:
        endpoint = self._endpoint
        return {
            **self._rooms.stats(),
            "half_open": endpoint.half_open if endpoint else 0,
            "datagrams_dropped": endpoint.dropped if endpoint else 0,
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
        self._rooms.tick()
        endpoint.work()
        self._ticks += 1
        if self._ticks % SWEEP_EVERY == 0:
            endpoint.sweep()
        if self._realtime and self._ticks % SPARE_EVERY == 0:
            spare_the_collector(idle=self._rooms.peer_count == 0)

    def _make_room(self, plan: RoomPlan) -> Room:
        endpoint = self._open_endpoint()
        return Room(
            plan,
            mixer=Mixer(settings=self._encoding, soundscape=plan.soundscape, music=plan.music),
            open_audience=lambda: open_audience(endpoint.socket),
            emit=self._emit,
            forget=endpoint.remove,
        )

    def _create(self, room: Room, name: str, caller: Caller, *, speaks: bool) -> Peer:
        endpoint, now = self._open_endpoint(), time.monotonic()
        for older in half_open.of_person(caller.person, room.peers.values()):
            older.close("moved")
        connecting = endpoint.connecting
        for each in half_open.who_makes_way(
            caller, in_space=room.peers.values(), on_node=connecting, now=now
        ):
            each.close("full")
        if self._rooms.peer_count >= self._max_peers:
            half_open.place_on_full_node(caller, self._rooms.peers, now).close("full")
        peer = Peer(
            name=name,
            caller=caller,
            speaks=speaks,
            certificate=self._certificate,
            observer=room,
            send=endpoint.socket.send,
            now=now,
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

    def _emit(self, event: AudioEvent) -> None:
        for listener in list(self._listeners.values()):
            try:
                listener(event)
            except Exception:  # a failing listener must not stop the sound
                log.exception("listener failed")

    def _open_endpoint(self) -> Endpoint:
        if self._endpoint is None:
            raise AudioError("no_node", "the engine is not started")
        return self._endpoint


def _same(peer: Peer, caller: Caller, *, speaks: bool) -> Peer:
    """Return the peer of an earlier call if this call repeats it."""
    if peer.person != caller.person or peer.speaks != speaks:
        raise AudioError("unknown_peer", "another peer has this name")
    return peer


def _parse(text: str) -> Description:
    try:
        return parse(text)
    except SdpError as error:
        raise AudioError("bad_description", str(error)) from error
