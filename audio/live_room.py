"""What every room on a node has: its peers, and the audiences that receive its packets."""

import time
from collections.abc import Callable

from audio.audience.batch import Batch
from audio.audience.interface import Audience
from audio.events import AudioEvent, PeerGone, PeerUp
from audio.plan import RoomPlan
from audio.transport.peer import Peer, State
from audio.transport.rtp import RtpPacket

MAX_PEERS_PER_PERSON = 3  # while a connection is being replaced, there are two
REPORTS_EVERY = 100  # ticks between two sender reports to the same peer


class LiveRoom:
    """Observes its peers. Subclasses produce the packets, and decide who receives which packet."""

    def __init__(
        self,
        room: str,
        *,
        open_audience: Callable[[], Audience],
        batch: Batch,
        emit: Callable[[AudioEvent], None],
        forget: Callable[[Peer], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = room
        self.plan = RoomPlan(room)
        self.peers: dict[str, Peer] = {}
        self.empty_since = clock()
        self.packets_sent = 0
        self.packets_lost = 0  # as reported by peers that are closed now
        self._audience = open_audience()
        self._saver_audience = open_audience()  # listeners in data saver mode
        self._batch = batch
        self._emit, self._forget, self._clock = emit, forget, clock
        self._saving: set[str] = set()  # connected peers in data saver mode
        self._ticks = 0
        self._report_order: list[Peer] = []

    @property
    def in_use(self) -> bool:
        """Return False if the room needs no ticks, and may be closed after some time."""
        return bool(self.peers)

    def apply(self, plan: RoomPlan) -> None:
        """Make the room match this plan."""
        self.plan = plan
        for peer in list(self.peers.values()):
            if not plan.live:
                peer.close("ended")
            elif refusal := plan.refusal_of(peer.caller):
                peer.close(refusal)

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
        """Do what is due every 20 ms."""
        raise NotImplementedError

    def close(self, reason: str) -> None:
        for peer in list(self.peers.values()):
            peer.close(reason)

    # Callbacks of the peers (transport.peer.Observer).

    def peer_is_up(self, peer: Peer) -> None:
        self._route(peer)
        self._refresh()
        self._emit(PeerUp(self.name, peer.name))

    def path_changed(self, peer: Peer) -> None:
        self._audience_of(peer).update_path(peer)

    def peer_is_gone(self, peer: Peer, reason: str) -> None:
        self.packets_lost += peer.packets_lost
        self._audience_of(peer).remove(peer)
        if self.peers.get(peer.name) is peer:
            del self.peers[peer.name]
        self._update_saver(peer)
        self.empty_since = self._clock()
        self._forget(peer)
        self._emit(PeerGone(self.name, peer.name, reason))

    def packet_received(self, peer: Peer, packet: RtpPacket, arrived: float) -> None:
        raise NotImplementedError

    def loss_reported(self, peer: Peer, fraction: float) -> None:
        raise NotImplementedError

    def _route(self, peer: Peer) -> None:
        """Start sending to a peer that is connected."""
        self._audience_of(peer).add(peer)
        self._update_saver(peer)

    def _refresh(self) -> None:
        """Send a packet soon, even in silence, because there is a new receiver."""
        raise NotImplementedError

    def _audience_of(self, peer: Peer) -> Audience:
        return self._saver_audience if peer.saves_data else self._audience

    def _update_saver(self, peer: Peer) -> None:
        if peer.saves_data and peer.state is State.UP:
            self._saving.add(peer.name)
        else:
            self._saving.discard(peer.name)

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
