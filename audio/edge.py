"""One live room on a node that receives its stream from the origin (docs/decisions/0031)."""

import asyncio
import secrets
import time
from collections.abc import Callable

from audio.audience.batch import Batch
from audio.audience.interface import Audience
from audio.events import AudioEvent, EdgeClosed, EdgeOpened
from audio.interface import AudioError
from audio.live_room import LiveRoom
from audio.mixing.loss import LossReports
from audio.mixing.opus import FRAME, RATE
from audio.mixing.output import REFRESH_EVERY
from audio.plan import RoomPlan
from audio.quality import FULL, SAVER
from audio.transport.peer import Peer, State
from audio.transport.rtp import RtpPacket
from audio.transport.trunk import KEY_LENGTH, IncomingTrunk
from audio.trunk_request import derive_key

FIRST_PACKET_WITHIN = 1.5  # seconds that a listener waits; the origin sends a packet at once
STREAM_TIMEOUT = 5.0  # seconds without a packet; the origin sends at least one every 0.4 s
SAVER_TIMEOUT = 1.0  # seconds after which listeners in data saver mode get the full mix instead
JUMP = RATE  # samples; timestamps further from the expected ones come from another origin

_WRAP = 1 << 32


class _Stream:
    """The stream of one quality: its trunk, and the newest packet that was sent to listeners."""

    def __init__(self, receive: Callable[["_Stream", bytes, int, int], None]) -> None:
        self.name = f"trunk {secrets.token_urlsafe(12)}"
        self.trunk = IncomingTrunk(self._receive)
        self.payload = b""
        self.timestamp = 0  # as listeners receive it
        self.sent = 0.0  # the moment to which this timestamp belongs
        self.arrived = float("-inf")
        self.has_new_listener = False  # a listener has not been sent a packet yet
        self._pass_on = receive

    @property
    def has_begun(self) -> bool:
        return self.arrived > float("-inf")

    def _receive(self, payload: bytes, timestamp: int, missing: int) -> None:
        self._pass_on(self, payload, timestamp, missing)


class Edge(LiveRoom):
    """Sends each packet of its trunks to its listeners when it arrives.

    `listen_to` registers a trunk with the node's socket, `forget_trunk` removes it. When
    `stream_changed` is set, the node should request the trunks of `wanted` at once.
    """

    def __init__(
        self,
        plan: RoomPlan,
        *,
        open_audience: Callable[[], Audience],
        batch: Batch,
        emit: Callable[[AudioEvent], None],
        forget: Callable[[Peer], None],
        listen_to: Callable[[IncomingTrunk], None],
        forget_trunk: Callable[[IncomingTrunk], None],
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
        self.stream_changed = asyncio.Event()
        self._listen_to, self._forget_trunk = listen_to, forget_trunk
        self._streams: dict[str, _Stream] = {}  # by quality
        self._flows = asyncio.Event()  # the full mix arrives
        self._saver_flows = False
        self._shift = 0  # from the origin's timestamps to those of the listeners
        self._loss = LossReports()
        self._open_stream(FULL)
        self.apply(plan)

    @property
    def wanted(self) -> dict[str, tuple[str, int]]:
        """Return the name and the SSRC of the trunk of each quality that is needed."""
        return {
            quality: (stream.name, stream.trunk.ssrc) for quality, stream in self._streams.items()
        }

    @property
    def loss(self) -> float:
        """Return the average share of packets that the listeners lose (0 to 1)."""
        return self._loss.expected

    @property
    def trunk_packets_lost(self) -> int:
        return sum(stream.trunk.packets_lost for stream in self._streams.values())

    def request_stream(self) -> None:
        """Let the node request the trunks."""
        self._emit(EdgeOpened(self.name))

    def accept_trunk(self, name: str, salt: str) -> None:
        """Accept the packets of a trunk to which the origin gave this salt."""
        for stream in self._streams.values():
            if stream.name == name:
                stream.trunk.open(derive_key(name, salt, length=KEY_LENGTH))

    async def wait_for_stream(self) -> None:
        """Wait until the stream arrives. Raises AudioError("no_stream") if it does not."""
        if self._clock() - self._streams[FULL].arrived > FIRST_PACKET_WITHIN:
            self._flows.clear()
        try:
            async with asyncio.timeout(FIRST_PACKET_WITHIN):
                await self._flows.wait()
        except TimeoutError:
            raise AudioError("no_stream", "the origin's stream does not arrive") from None

    def tick(self, now: float) -> None:
        """Do what is due; packets are sent when they arrive."""
        self._loss.advance()
        full, saver = self._streams[FULL], self._streams.get(SAVER)
        if full.has_begun and now - full.arrived > STREAM_TIMEOUT:
            self._flows.clear()
            for peer in list(self.peers.values()):
                peer.close("lost")
            return
        if self._saver_flows and saver and now - saver.arrived > SAVER_TIMEOUT:
            self._move_savers(flows=False)
        for stream in self._streams.values():
            if stream.has_new_listener:
                self._repeat_silence(stream, now)
        self._report(self._timestamp_at(now))

    def close(self, reason: str) -> None:
        super().close(reason)
        for quality in list(self._streams):
            self._close_stream(quality)
        self._emit(EdgeClosed(self.name))

    # Callbacks of the peers (transport.peer.Observer).

    def packet_received(self, peer: Peer, packet: RtpPacket, arrived: float) -> None:
        """Do nothing: nobody speaks here."""

    def loss_reported(self, peer: Peer, fraction: float) -> None:
        self._loss.report(peer.person, fraction)

    def _receive(self, stream: _Stream, payload: bytes, timestamp: int, missing: int) -> None:
        """Send a payload from the origin to everyone who receives this stream."""
        now = self._clock()
        shifted = self._shifted(stream, timestamp, now)
        if stream is self._streams[FULL]:
            self._send(self._audience, stream, payload, shifted, missing)
            self._flows.set()
        elif self._saver_flows:
            self._send(self._saver_audience, stream, payload, shifted, missing)
        else:
            # Everyone has just received the full mix of this moment.
            self._move_savers(flows=True)
            stream.payload, stream.timestamp = payload, shifted
        stream.arrived = stream.sent = now

    def _shifted(self, stream: _Stream, timestamp: int, now: float) -> int:
        """Return an origin's timestamp as listeners receive it. It continues after another origin's
        timestamps, and is always larger than the timestamp before it."""
        shifted = (timestamp + self._shift) % _WRAP
        if self._streams[FULL].has_begun:
            expected = self._timestamp_at(now)
            if JUMP < (shifted - expected) % _WRAP < _WRAP - JUMP:
                shifted = expected
            elif not 0 < (shifted - stream.timestamp) % _WRAP < _WRAP // 2 and stream.has_begun:
                shifted = (stream.timestamp + FRAME) % _WRAP
            self._shift = (shifted - timestamp) % _WRAP
        return shifted

    def _send(
        self,
        audience: Audience,
        stream: _Stream,
        payload: bytes,
        timestamp: int,
        missing: int = 0,
    ) -> None:
        if missing:
            audience.skip(missing)
        self.packets_sent += audience.send(payload, timestamp) + self._batch.flush()
        stream.payload, stream.timestamp = payload, timestamp
        stream.has_new_listener = False

    def _timestamp_at(self, now: float) -> int:
        """Return the listeners' timestamp of this moment, at a boundary of frames."""
        full = self._streams[FULL]
        if not full.has_begun:
            return full.timestamp
        frames = max(1, round((now - full.sent) * RATE / FRAME))
        return (full.timestamp + frames * FRAME) % _WRAP

    def _repeat_silence(self, stream: _Stream, now: float) -> None:
        """Repeat an empty packet. While the stream has sound, do nothing, because its next packet
        comes at once. The repeated packet's timestamp is smaller than that of the next packet,
        which may be on its way."""
        frames = min(int((now - stream.sent) * RATE / FRAME), REFRESH_EVERY) - 1
        if len(stream.payload) == 1 and frames > 0:
            audience = self._audience if stream is self._streams[FULL] else self._saver_audience
            timestamp = (stream.timestamp + frames * FRAME) % _WRAP
            stream.sent += frames * FRAME / RATE
            self._send(audience, stream, stream.payload, timestamp)

    def _refresh(self) -> None:
        for stream in self._streams.values():
            stream.has_new_listener = True

    def _audience_of(self, peer: Peer) -> Audience:
        """Return the audience of a peer; until the data saver mix arrives, it gets the full mix."""
        saves_data = peer.saves_data and self._saver_flows
        return self._saver_audience if saves_data else self._audience

    def _move_savers(self, *, flows: bool) -> None:
        """Move the listeners in data saver mode, because their stream begins or ends."""
        savers = [
            peer for peer in self.peers.values() if peer.saves_data and peer.state is State.UP
        ]
        for peer in savers:
            self._audience_of(peer).remove(peer)
        self._saver_flows = flows
        for peer in savers:
            self._audience_of(peer).add(peer)

    def _update_saver(self, peer: Peer) -> None:
        super()._update_saver(peer)
        if self._saving and SAVER not in self._streams:
            self._open_stream(SAVER)
            self.stream_changed.set()
        elif not self._saving and SAVER in self._streams:
            self._move_savers(flows=False)
            self._close_stream(SAVER)

    def _open_stream(self, quality: str) -> None:
        stream = self._streams[quality] = _Stream(self._receive)
        self._listen_to(stream.trunk)

    def _close_stream(self, quality: str) -> None:
        self._forget_trunk(self._streams.pop(quality).trunk)
