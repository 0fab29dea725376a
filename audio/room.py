"""One live room on this node: its peers, its mixer, and who receives which packet."""

import logging
import time
from collections.abc import Callable, Set

from audio.audience.batch import Batch
from audio.audience.interface import Audience
from audio.events import AudioEvent, PeerGone, PeerUp, Talkers
from audio.mixing.mixer import Mixer
from audio.plan import RoomPlan
from audio.recognition.pool import RecognizerPool
from audio.sinks.attached import AttachedSinks
from audio.sinks.interface import DecodedTick
from audio.sinks.voices import CaptionedVoices
from audio.transport.peer import Peer, State
from audio.transport.rtp import RtpPacket

MAX_PEERS_PER_PERSON = 3  # while a connection is being replaced, there are two
REPORTS_EVERY = 100  # ticks between two sender reports to the same peer

log = logging.getLogger(__name__)


class Room:
    """Observes its peers. Listeners receive the shared packet through an `Audience`. People on the
    stage get separate packets, since each may receive a different mix (mix-minus)."""

    def __init__(
        self,
        plan: RoomPlan,
        *,
        mixer: Mixer,
        open_audience: Callable[[], Audience],
        batch: Batch,
        emit: Callable[[AudioEvent], None],
        forget: Callable[[Peer], None],
        recognizers: RecognizerPool | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = plan.room
        self.plan = RoomPlan(plan.room)
        self.peers: dict[str, Peer] = {}
        self.empty_since = clock()
        self.packets_sent = 0
        self.packets_lost = 0  # as reported by peers that are closed now
        self.sinks = AttachedSinks()
        self._mixer = mixer
        self._audience = open_audience()
        self._saver_audience = open_audience()  # listeners in data saver mode
        self._captions = CaptionedVoices(plan.room, recognizers) if recognizers else None
        self._batch = batch
        self._emit, self._forget, self._clock = emit, forget, clock
        self._on_stage: dict[str, Peer] = {}
        self._saving: set[str] = set()  # connected peers in data saver mode
        self._voices: dict[str, Peer] = {}  # person -> the peer whose sound is mixed
        self._talkers: tuple[str, ...] = ()
        self._ticks = 0
        self._report_order: list[Peer] = []
        self.apply(plan)

    def apply(self, plan: RoomPlan) -> None:
        """Make the room match this plan."""
        before, self.plan = self.plan, plan
        self._mixer.soundscape = plan.soundscape
        self._mixer.music = plan.music
        for person in before.stage.keys() - plan.stage.keys():
            self._mixer.remove(person)
            self._voices.pop(person, None)
        for person, muted in plan.stage.items():
            self._mixer.add(person, muted=muted)
        self._caption(plan.captioned & plan.stage.keys())
        for peer in list(self.peers.values()):
            if not plan.live:
                peer.close("ended")
            elif refusal := plan.refusal_of(peer.caller):
                peer.close(refusal)
            elif peer.speaks and peer.person not in plan.stage:
                peer.close("demoted")
            elif peer.state is State.UP:
                self._route(peer)

    def add(self, peer: Peer) -> None:
        """Add a new peer; close the person's oldest peers if they have too many."""
        theirs = [each for each in self.peers.values() if each.person == peer.person]
        for oldest in theirs[: max(0, len(theirs) + 1 - MAX_PEERS_PER_PERSON)]:
            oldest.close("moved")
        self.peers[peer.name] = peer

    def set_quality(self, peer: Peer, *, saves_data: bool) -> None:
        """Switch data saver mode on or off; the peer's stream continues."""
        if peer.saves_data == saves_data:
            return
        self._audience_of(peer).remove(peer)
        peer.saves_data = saves_data
        if peer.state is State.UP:
            self._route(peer)

    def tick(self, now: float) -> None:
        """Mix and send the next 20 ms."""
        mix = self._mixer.tick(now)
        if mix.shared:
            self.packets_sent += self._audience.send(mix.shared, mix.timestamp)
        if mix.saver:
            self.packets_sent += self._saver_audience.send(mix.saver, mix.timestamp)
        for peer in self._on_stage.values():
            if packet := mix.packet_for(peer.person, saves_data=peer.saves_data):
                self._batch.add(peer, packet, mix.timestamp)
        self.packets_sent += self._batch.flush()
        if self.sinks:
            tick = DecodedTick(mix.timestamp, self._mixer.voices, self._mixer.mixed)
            self.sinks.send(tick)
        self._emit_talkers(mix.talkers)
        self._report(mix.timestamp)

    def close(self, reason: str) -> None:
        if self._captions is not None:
            self._captions.set_people(frozenset(), on_stage=frozenset())
        for peer in list(self.peers.values()):
            peer.close(reason)

    # Callbacks of the peers (transport.peer.Observer).

    def peer_is_up(self, peer: Peer) -> None:
        self._route(peer)
        self._mixer.refresh()
        self._emit(PeerUp(self.name, peer.name))

    def path_changed(self, peer: Peer) -> None:
        self._audience_of(peer).update_path(peer)

    def peer_is_gone(self, peer: Peer, reason: str) -> None:
        self.packets_lost += peer.packets_lost
        self._audience_of(peer).remove(peer)
        self._on_stage.pop(peer.name, None)
        if self._voices.get(peer.person) is peer:
            del self._voices[peer.person]
        if self.peers.get(peer.name) is peer:
            del self.peers[peer.name]
        self._update_saver(peer)
        self.empty_since = self._clock()
        self._forget(peer)
        self._emit(PeerGone(self.name, peer.name, reason))
        if not self.peers:  # an empty room has no further ticks, so emit it now
            self._emit_talkers(())

    def packet_received(self, peer: Peer, packet: RtpPacket, arrived: float) -> None:
        """Mix a packet. A person has one voice: their newest peer, once it sends sound."""
        voice = self._voices.get(peer.person)
        if voice is not peer:
            if voice is not None and voice.opened > peer.opened:
                return
            self._voices[peer.person] = peer
        self._mixer.push(peer.person, packet, arrived)

    def loss_reported(self, peer: Peer, fraction: float) -> None:
        self._mixer.report_loss(peer.person, fraction)

    def _caption(self, people: Set[str]) -> None:
        """Send the sound of exactly these people to the recognizers."""
        if self._captions is None:
            return
        self.sinks.detach(self._captions)
        self._captions.set_people(
            people, on_stage=self.plan.stage.keys(), language=self.plan.language
        )
        if people:
            self.sinks.attach(self._captions)

    def _emit_talkers(self, people: tuple[str, ...]) -> None:
        if people != self._talkers:
            self._talkers = people
            self._emit(Talkers(self.name, people))

    def _route(self, peer: Peer) -> None:
        if peer.person in self.plan.stage:
            self._audience_of(peer).remove(peer)
            self._on_stage[peer.name] = peer
        else:
            self._on_stage.pop(peer.name, None)
            self._audience_of(peer).add(peer)
        self._update_saver(peer)

    def _audience_of(self, peer: Peer) -> Audience:
        return self._saver_audience if peer.saves_data else self._audience

    def _update_saver(self, peer: Peer) -> None:
        """Encode the data saver mix only while somebody receives it."""
        if peer.saves_data and peer.state is State.UP:
            self._saving.add(peer.name)
        else:
            self._saving.discard(peer.name)
        self._mixer.saver = bool(self._saving)
        theirs = [each for each in self._on_stage.values() if each.person == peer.person]
        self._mixer.set_saves_data(
            peer.person, bool(theirs) and all(each.saves_data for each in theirs)
        )

    def _report(self, timestamp: int) -> None:
        """Send sender reports and check for lost consent, every two seconds for each peer.

        The peers are spread evenly over the ticks.
        """
        turn = self._ticks % REPORTS_EVERY
        self._ticks += 1
        if turn == 0:
            self._report_order = list(self.peers.values())
        now = self._clock()
        for peer in self._report_order[turn::REPORTS_EVERY]:
            if peer.state is State.UP:
                self._audience_of(peer).sync(peer)
                peer.send_report(timestamp, now)
                peer.sweep(now)
