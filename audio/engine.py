"""The engine: implements `audio.interface` in this process, with one UDP port for all rooms."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence

from audio import half_open
from audio.audience.batch import Batch, open_batch
from audio.audience.growing import open_audience
from audio.caller import Caller
from audio.clock import FRAME, Lateness, collect_garbage, request_realtime, run_ticks
from audio.edge import Edge
from audio.events import AudioEvent
from audio.interface import AudioError
from audio.live_room import LiveRoom
from audio.mixing import libopus
from audio.mixing.mixer import Mixer
from audio.mixing.opus import EncoderSettings
from audio.plan import RoomPlan
from audio.quality import QUALITIES, SAVER
from audio.recognition.pool import Model, RecognizerPool
from audio.room import Room
from audio.rooms import PlanOf, Rooms
from audio.transport.dtls import Certificate
from audio.transport.endpoint import Endpoint
from audio.transport.offer import LocalDescription, build_answer, build_offer
from audio.transport.peer import Peer
from audio.transport.sdp import Description, parse
from audio.transport.sections import SdpError
from audio.transport.socket import internal_address, local_addresses
from audio.trunk_request import TrunkRequest

MAX_ROOMS = 1000
MAX_PEERS = 1500  # serving more takes longer than a tick of 20 ms, so add a node instead
SWEEP_EVERY = round(0.1 / FRAME)  # ticks
COLLECT_EVERY = round(10 / FRAME)  # ticks

log = logging.getLogger(__name__)


class Engine:
    """Implements `Audio`.

    `advertise` lists the IP addresses for candidates, if clients reach this machine by other
    addresses than its own. `internal` is the address at which other nodes reach this one ("": the
    machine's own).
    `realtime` requests realtime scheduling, for a process that does nothing else. `encoding` holds
    the encoder settings for talk. `recognizer` is the model that recognizes speech, and
    `recognizers` the number of processes that run it. Without it, no voice is captioned.
    """

    def __init__(
        self,
        *,
        plan_of: PlanOf,
        port: int,
        host: str = "::",
        advertise: Sequence[str] = (),
        internal: str = "",
        realtime: bool = False,
        encoding: EncoderSettings | None = None,
        recognizer: Model | None = None,
        recognizers: int = 1,
        max_rooms: int = MAX_ROOMS,
        max_peers: int = MAX_PEERS,
    ) -> None:
        self.lateness = Lateness()
        self.scheduling = "other"  # the policy that the kernel granted: "rr" or "other"
        self._host, self._wanted_port, self._advertise = host, port, list(advertise)
        self._internal = internal
        self._encoding = encoding or EncoderSettings()
        self._realtime, self._max_peers = realtime, max_peers
        self._rooms = Rooms(
            plan_of=plan_of,
            create=self._create_room,
            create_edge=self._create_edge,
            max_rooms=max_rooms,
        )
        self._listeners: dict[object, Callable[[AudioEvent], None]] = {}
        self._recognizers: RecognizerPool | None = None
        if recognizer is not None:
            self._recognizers = RecognizerPool(recognizer, recognizers, self._emit)
        self._certificate = Certificate()
        self._endpoint: Endpoint | None = None
        self._batch: Batch | None = None  # shared by all rooms, as they tick one after the other
        self._addresses: list[str] = []
        self._ticker: asyncio.Task[None] | None = None
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

    @property
    def edges(self) -> tuple[str, ...]:
        """Return the rooms of which this engine is an edge, and not the origin."""
        return self._rooms.edges

    @property
    def peer_count(self) -> int:
        return self._rooms.peer_count

    @property
    def address(self) -> tuple[str, int]:
        """Return the IP address and the port at which other nodes reach this engine."""
        return self._internal, self.port

    def get_edge(self, room: str) -> Edge | None:
        return self._rooms.get_edge(room)

    def edge_nodes(self, room: str) -> list[str]:
        """Return the nodes that are edges of a room whose origin is here."""
        origin = self._rooms.get_origin(room)
        return origin.trunks.nodes if origin is not None else []

    def may_listen_elsewhere(self, room: str, peer: str, caller: Caller) -> bool:
        """Return True if the room's origin is here, and this person is not on its stage and has not
        opened this peer here already."""
        origin = self._rooms.get_origin(room)
        return (
            origin is not None
            and caller.person not in origin.plan.stage
            and peer not in origin.peers
        )

    async def start(self) -> None:
        """Bind the port and start the clock. Raises OSError if the port is taken, ValueError for a
        malformed IP address."""
        self._addresses = local_addresses(self._host, self._advertise)
        self._internal = internal_address(self._host, self._internal)
        self._endpoint = Endpoint(self._host, self._wanted_port)
        self._endpoint.start()
        if self._realtime:
            self.scheduling = request_realtime()
            collect_garbage(idle=True)
        if self._recognizers is not None:
            self._recognizers.start()
        self._ticker = asyncio.create_task(run_ticks(self._tick, self.lateness))

    async def stop(self) -> None:
        """Close every peer with the reason "lost", so that clients may connect to another node."""
        if self._ticker is not None:
            self._ticker.cancel()
            await asyncio.gather(self._ticker, return_exceptions=True)
        for name in self.rooms:
            self._rooms.close(name, "lost")
        if self._recognizers is not None:
            await self._recognizers.stop()
        if self._endpoint is not None:
            self._endpoint.stop()
            self._endpoint = self._batch = None

    async def reconcile(self, room: str) -> None:
        await self._rooms.reconcile(room)

    async def listen(self, room: str, peer: str, caller: Caller) -> str:
        return self._offer(await self._rooms.enter(room, caller), peer, caller)

    async def listen_at_edge(self, room: str, peer: str, caller: Caller) -> str:
        """Do the same as `listen`, but as an edge of the room, once the origin's stream arrives."""
        live_room = await self._rooms.enter_edge(room, caller)
        if isinstance(live_room, Edge):
            await live_room.wait_for_stream()
            if self._rooms.get(room) is not live_room:
                raise AudioError("no_stream", "the room was closed meanwhile")
        return self._offer(live_room, peer, caller)

    async def open_trunk(self, room: str, peer: str, **request: str) -> str:
        """Send the room's stream to an edge for some seconds, as a trunk with the name `peer`;
        return the salt of its key. `request` has the fields of a `TrunkRequest`."""
        wanted = TrunkRequest.parse(**request)
        try:
            path = self._open_endpoint().socket.path_to(wanted.address, wanted.port)
        except ValueError as error:
            raise AudioError("bad_description", str(error)) from error
        return (await self._rooms.open(room)).open_trunk(peer, wanted, path)

    async def answer(self, room: str, peer: str, sdp: str) -> None:
        existing = self._rooms.find_peer(room, peer)
        if existing is None or existing.speaks:
            raise AudioError("unknown_peer")
        description = _parse(sdp)
        if description.setup == "actpass":
            raise AudioError("bad_description", "an answer must choose a DTLS role")
        if existing.description is None:
            existing.set_remote_description(description)
        elif existing.description != description:
            raise AudioError("bad_description", "a different answer was received before")

    async def speak(self, room: str, peer: str, caller: Caller, sdp: str) -> str:
        description = _parse(sdp)
        live_room = await self._rooms.enter(room, caller)
        if caller.person not in live_room.plan.stage:
            await self._rooms.reconcile(room)  # the person may have joined the stage just now
            if self._rooms.get(room) is not live_room or caller.person not in live_room.plan.stage:
                raise AudioError("not_on_stage")
        existing = live_room.peers.get(peer)
        if existing is not None:
            if _require_same(existing, caller, speaks=True).description != description:
                raise AudioError("bad_description", "a different offer was received before")
            return existing.local_sdp
        opened = self._create_peer(live_room, peer, caller, speaks=True)
        try:
            opened.local_sdp = build_answer(
                self._local_description(opened), description, music=live_room.plan.music
            )
        except SdpError as error:
            opened.close("failed")
            raise AudioError("bad_description", str(error)) from error
        opened.set_remote_description(description)
        return opened.local_sdp

    async def adopt(self, room: str, peer: str, caller: Caller) -> None:
        existing = self._rooms.find_peer(room, peer)
        if existing is None or existing.person != caller.person:
            raise AudioError("unknown_peer")
        existing.caller = caller

    async def set_quality(self, room: str, peer: str, quality: str) -> None:
        live_room, existing = self._rooms.get(room), self._rooms.find_peer(room, peer)
        if live_room is None or existing is None:
            raise AudioError("unknown_peer")
        if quality not in QUALITIES:
            raise AudioError("bad_description", "unknown quality")
        live_room.set_quality(existing, saves_data=quality == SAVER)

    async def leave(self, room: str, peer: str) -> None:
        existing = self._rooms.find_peer(room, peer)
        if existing is not None:
            existing.close("left")

    def close_edge(self, room: str) -> None:
        """Stop being an edge of the room, because this node is its home now. The peers that it had
        as an edge get the reason "lost", so that their clients connect again."""
        if self._rooms.get_edge(room) is not None:
            self._rooms.close(room, "lost")

    def evict(self, room: str) -> None:
        """Close a room that was placed on another node; its peers get the reason "moved"."""
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
        endpoint.run_handshakes()
        self._ticks += 1
        if self._ticks % SWEEP_EVERY == 0:
            endpoint.sweep()
        if self._realtime and self._ticks % COLLECT_EVERY == 0:
            collect_garbage(idle=self._rooms.peer_count == 0)

    def _create_room(self, plan: RoomPlan) -> Room:
        endpoint = self._open_endpoint()
        batch = self._batch = self._batch or open_batch(endpoint.socket)
        return Room(
            plan,
            mixer=Mixer(settings=self._encoding, soundscape=plan.soundscape, music=plan.music),
            open_audience=lambda: open_audience(endpoint.socket, batch),
            batch=batch,
            emit=self._emit,
            forget=endpoint.remove,
            recognizers=self._recognizers,
        )

    def _create_edge(self, plan: RoomPlan) -> Edge:
        endpoint = self._open_endpoint()
        batch = self._batch = self._batch or open_batch(endpoint.socket)
        return Edge(
            plan,
            open_audience=lambda: open_audience(endpoint.socket, batch),
            batch=batch,
            emit=self._emit,
            forget=endpoint.remove,
            listen_to=endpoint.add_trunk,
            forget_trunk=endpoint.remove_trunk,
        )

    def _offer(self, room: LiveRoom, peer: str, caller: Caller) -> str:
        """Open a peer that only receives, unless it is open already; return its offer."""
        existing = room.peers.get(peer)
        if existing is not None:
            return _require_same(existing, caller, speaks=False).local_sdp
        opened = self._create_peer(room, peer, caller, speaks=False)
        opened.local_sdp = build_offer(self._local_description(opened))
        return opened.local_sdp

    def _create_peer(self, room: LiveRoom, name: str, caller: Caller, *, speaks: bool) -> Peer:
        endpoint, now = self._open_endpoint(), time.monotonic()
        for older in half_open.peers_of(caller.person, room.peers.values()):
            older.close("moved")
        connecting = endpoint.connecting
        for each in half_open.peers_to_replace(
            caller, in_space=room.peers.values(), on_node=connecting, now=now
        ):
            each.close("full")
        if self._rooms.peer_count >= self._max_peers:
            half_open.peer_to_replace_on_full_node(caller, self._rooms.peers, now).close("full")
        peer = Peer(
            name=name,
            caller=caller,
            speaks=speaks,
            certificate=self._certificate,
            observer=room,
            send=endpoint.socket.send,
            now=now,
        )
        room.add(peer)
        endpoint.add(peer)
        return peer

    def _local_description(self, peer: Peer) -> LocalDescription:
        return LocalDescription(
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


def _require_same(peer: Peer, caller: Caller, *, speaks: bool) -> Peer:
    """Return the peer of an earlier call if this call repeats it, or raise AudioError."""
    if peer.person != caller.person or peer.speaks != speaks:
        raise AudioError("unknown_peer", "another peer has this name")
    return peer


def _parse(text: str) -> Description:
    try:
        return parse(text)
    except SdpError as error:
        raise AudioError("bad_description", str(error)) from error
