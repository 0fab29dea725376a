"""One live room on the node that mixes it: the stage, and who receives which packet."""

import time
from collections.abc import Callable, Set

from audio.audience.batch import Batch
from audio.audience.interface import Audience
from audio.events import AudioEvent, PeerGone, Talkers
from audio.live_room import LiveRoom
from audio.mixing.mixer import Mixer
from audio.plan import RoomPlan
from audio.recognition.pool import RecognizerPool
from audio.sinks.attached import AttachedSinks
from audio.sinks.interface import DecodedTick
from audio.sinks.voices import CaptionedVoices
from audio.transport.peer import Peer, State
from audio.transport.rtp import RtpPacket
from audio.transport.socket import Path
from audio.trunk_request import TrunkRequest
from audio.trunks import Trunks

EXPIRE_EVERY = 50  # ticks


class Room(LiveRoom):
    """Listeners receive the shared packet through an `Audience`, or from an edge, to which a trunk
    sends it. People on the stage get separate packets, since each may receive a different mix
    (mix-minus)."""

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
        super().__init__(
            plan.room,
            open_audience=open_audience,
            batch=batch,
            emit=emit,
            forget=forget,
            clock=clock,
        )
        self.sinks = AttachedSinks()
        self.trunks = Trunks(batch, on_open=self._trunk_opened, on_end=self._trunk_ended)
        self._mixer = mixer
        self._captions = CaptionedVoices(plan.room, recognizers) if recognizers else None
        self._on_stage: dict[str, Peer] = {}
        self._voices: dict[str, Peer] = {}  # person -> the peer whose sound is mixed
        self._talkers: tuple[str, ...] = ()
        self.apply(plan)

    @property
    def in_use(self) -> bool:
        return bool(self.peers or self.trunks)

    def apply(self, plan: RoomPlan) -> None:
        before = self.plan
        super().apply(plan)
        self._mixer.soundscape = plan.soundscape
        self._mixer.music = plan.music
        for person in before.stage.keys() - plan.stage.keys():
            self._mixer.remove(person)
            self._voices.pop(person, None)
        for person, muted in plan.stage.items():
            self._mixer.add(person, muted=muted)
        self._caption(plan.captioned & plan.stage.keys())
        for peer in list(self.peers.values()):
            if peer.speaks and peer.person not in plan.stage:
                peer.close("demoted")
            elif peer.state is State.UP:
                self._route(peer)

    def open_trunk(self, name: str, request: TrunkRequest, path: Path) -> str:
        """Send the stream of this quality to an edge, for some seconds; return the trunk's salt."""
        salt = self.trunks.renew(name, request, path, self._clock())
        self._mixer.report_loss(name, request.loss)
        return salt

    def tick(self, now: float) -> None:
        """Mix and send the next 20 ms."""
        mix = self._mixer.tick(now)
        if self.trunks:
            self.packets_sent += self.trunks.send(mix)  # first, as they have the longer way
            if self._ticks % EXPIRE_EVERY == 0:
                self.trunks.expire(self._clock())
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
        super().close(reason)
        self.trunks.end_all(reason)

    # Callbacks of the peers (transport.peer.Observer).

    def peer_is_gone(self, peer: Peer, reason: str) -> None:
        self._on_stage.pop(peer.name, None)
        if self._voices.get(peer.person) is peer:
            del self._voices[peer.person]
        super().peer_is_gone(peer, reason)
        if not self.in_use:  # the room has no further ticks, so emit it now
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

    def _trunk_opened(self) -> None:
        self._encode_saver()
        self._refresh()

    def _trunk_ended(self, name: str, reason: str) -> None:
        self.empty_since = self._clock()
        self._encode_saver()
        self._emit(PeerGone(self.name, name, reason))
        if not self.in_use:
            self._emit_talkers(())

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
            self._update_saver(peer)
        else:
            self._on_stage.pop(peer.name, None)
            super()._route(peer)

    def _refresh(self) -> None:
        self._mixer.refresh()

    def _update_saver(self, peer: Peer) -> None:
        super()._update_saver(peer)
        self._encode_saver()
        theirs = [each for each in self._on_stage.values() if each.person == peer.person]
        self._mixer.set_saves_data(
            peer.person, bool(theirs) and all(each.saves_data for each in theirs)
        )

    def _encode_saver(self) -> None:
        """Encode the data saver mix only while somebody receives it."""
        self._mixer.saver = bool(self._saving) or self.trunks.saver
