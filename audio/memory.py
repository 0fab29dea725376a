"""The port in memory and without sound, for unit tests of the code that uses it.

It behaves like an engine as far as that needs no network: it decides who may open a peer, and which
peers a change of the plan closes and why, and it emits events. Of session descriptions it checks
only that they are SDP with an audio section.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from audio.application import create_application
from audio.caller import Caller
from audio.events import AudioEvent, PeerGone, PeerUp, Talkers
from audio.interface import AudioError
from audio.plan import RoomPlan
from audio.quality import FULL, QUALITIES
from audio.rooms import PlanOf

_DESCRIPTION = """\
v=0
o=- 1 1 IN IP4 127.0.0.1
s=-
t=0 0
m=audio 9 UDP/TLS/RTP/SAVPF 111
c=IN IP4 0.0.0.0
a=mid:0
a={direction}
a=rtpmap:111 opus/48000/2
""".replace("\n", "\r\n")


@dataclass
class _Peer:
    room: str
    caller: Caller
    speaks: bool
    up: bool = False
    quality: str = field(default=FULL, compare=False)


class MemoryAudio:
    """Implements `Audio`."""

    def __init__(self, plan_of: PlanOf | None = None) -> None:
        self._plan_of = plan_of or _plan_of_application
        self._plans: dict[str, RoomPlan] = {}
        self._peers: dict[str, _Peer] = {}
        self._listeners: list[Callable[[AudioEvent], None]] = []

    async def reconcile(self, room: str) -> None:
        callers = {peer.caller for peer in self._peers.values() if peer.room == room}
        plan = self._plans[room] = await self._plan_of(room, callers)
        for name, peer in list(self._peers.items()):
            if peer.room == room and (reason := _reason_to_close(plan, peer)):
                self._drop(name, reason)

    async def listen(self, room: str, peer: str, caller: Caller) -> str:
        await self._open(peer, _Peer(room, caller, speaks=False))
        return _DESCRIPTION.format(direction="sendonly")

    async def answer(self, room: str, peer: str, sdp: str) -> None:
        opened = self._peers.get(peer)
        if opened is None or opened.room != room:
            raise AudioError("unknown_peer")
        _check(sdp)
        self._bring_up(peer)

    async def speak(self, room: str, peer: str, caller: Caller, sdp: str) -> str:
        _check(sdp)
        await self._open(peer, _Peer(room, caller, speaks=True))
        self._bring_up(peer)
        return _DESCRIPTION.format(direction="sendrecv")

    async def adopt(self, room: str, peer: str, caller: Caller) -> None:
        opened = self._peers.get(peer)
        if opened is None or (opened.room, opened.caller.person) != (room, caller.person):
            raise AudioError("unknown_peer")
        opened.caller = caller

    async def set_quality(self, room: str, peer: str, quality: str) -> None:
        opened = self._peers.get(peer)
        if opened is None or opened.room != room:
            raise AudioError("unknown_peer")
        if quality not in QUALITIES:
            raise AudioError("bad_description", "unknown quality")
        opened.quality = quality

    async def leave(self, room: str, peer: str) -> None:
        opened = self._peers.get(peer)
        if opened is not None and opened.room == room:
            self._drop(peer, "left")

    async def stats(self) -> Mapping[str, float]:
        return {"rooms": float(len(self.rooms)), "peers": float(len(self._peers))}

    def subscribe(self, listener: Callable[[AudioEvent], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @property
    def rooms(self) -> tuple[str, ...]:
        return tuple({peer.room: None for peer in self._peers.values()})

    def evict(self, room: str) -> None:
        for name in self.peers_of(room):
            self._drop(name, "moved")

    def talk(self, room: str, *people: str) -> None:
        """Emit that these people are talking, except those who are muted or not on stage."""
        stage = self._plans[room].stage if room in self._plans else {}
        audible = tuple(person for person in people if stage.get(person) is False)
        self._emit(Talkers(room, audible))

    def peers_of(self, room: str) -> dict[str, str]:
        """Return the room's open peers as a map from peer to person."""
        return {name: peer.caller.person for name, peer in self._peers.items() if peer.room == room}

    @property
    def qualities(self) -> dict[str, str]:
        """Return the quality that was requested for each peer."""
        return {name: peer.quality for name, peer in self._peers.items()}

    async def _open(self, name: str, peer: _Peer) -> None:
        if self._peers.get(name) in (
            peer,
            _Peer(peer.room, peer.caller, peer.speaks, up=True),
        ):
            return
        plan = self._plans[peer.room] = await self._plan_of(peer.room, [peer.caller])
        if reason := _reason_to_close(plan, peer):
            raise AudioError(_REFUSALS[reason])
        self._peers[name] = peer

    def _bring_up(self, name: str) -> None:
        peer = self._peers[name]
        if not peer.up:
            peer.up = True
            self._emit(PeerUp(peer.room, name))

    def _drop(self, name: str, reason: str) -> None:
        peer = self._peers.pop(name)
        self._emit(PeerGone(peer.room, name, reason))

    def _emit(self, event: AudioEvent) -> None:
        for listener in tuple(self._listeners):
            listener(event)


async def _plan_of_application(room: str, callers: Iterable[Caller]) -> RoomPlan:
    return await create_application().plan_of(room, callers)


_REFUSALS = {
    "ended": "not_live",
    "signed_out": "signed_out",
    "removed": "removed",
    "demoted": "not_on_stage",
}


def _reason_to_close(plan: RoomPlan, peer: _Peer) -> str:
    if not plan.live:
        return "ended"
    if refusal := plan.refusal_of(peer.caller):
        return refusal
    if peer.speaks and peer.caller.person not in plan.stage:
        return "demoted"
    return ""


def _check(sdp: str) -> None:
    if not sdp.startswith("v=0\r\n") or "m=audio " not in sdp:
        raise AudioError("bad_description")
