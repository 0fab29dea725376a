"""The jitter buffer: packets arrive irregularly and leave in order, just in time.

The playout delay follows the variation of arrivals over the last seconds: 20 ms on a good network,
200 ms on a bad one. Nothing is decoded here: `take` returns what to decode or conceal next.
"""

from enum import Enum
from typing import NamedTuple

from audio.mixing.delay_estimator import DelayEstimator
from audio.mixing.opus import FRAME, RATE, has_redundancy, samples_in, samples_per_frame

TICK = FRAME / RATE  # seconds
MAX_BUFFERED = 0.6 * RATE  # samples; beyond this, the oldest packets are dropped
MAX_PACKETS = 256
MAX_JUMP = 3 * RATE  # samples; a larger jump of the timestamp begins another stream
MAX_CONCEALED = 12  # frames; after concealing more in a row, the talkspurt is over
TOO_SHORT = -0.002  # seconds of surplus below which the delay is lengthened
SILENT = 2  # bytes; a packet up to this size announces silence (DTX), in which packets may pause
REDUNDANT_FOR = 2 * RATE  # samples after redundancy; pauses have none, but the next word does


class Action(Enum):
    DECODE = "decode"  # decode the packet
    RECOVER = "recover"  # decode the lost frame before the packet from its redundancy
    CONCEAL = "conceal"  # synthesise a missing frame


class Segment(NamedTuple):
    """The next piece of sound: the action, the number of samples that it yields, and the packet."""

    action: Action
    samples: int
    packet: bytes = b""


class _Waiting(NamedTuple):
    packet: bytes
    samples: int


class JitterBuffer:
    """The buffer of one stream (SSRC). Timestamps are unwrapped to integers that do not wrap."""

    def __init__(self) -> None:
        self.late = 0
        self.lost = 0
        self.malformed = 0
        self.unplayed = 0  # samples that the reader has decoded and not yet played
        self._estimator = DelayEstimator()
        self._last_timestamp: int | None = None
        self._redundant_until = 0
        self._ticked = 0.0  # time of the reader's last tick
        self._counted_until: int | None = None  # packets lost before this timestamp are counted
        self._flush()

    def push(self, timestamp: int, packet: bytes, arrived: float) -> None:
        """Add a packet. Late and malformed packets are dropped and counted; a duplicate of a packet
        that waits in the buffer is only dropped."""
        samples = samples_in(packet)
        if not samples:
            self.malformed += 1
            return
        timestamp = self._unwrap(timestamp)
        spread = self._estimator.measure(arrived - timestamp / RATE)
        self._detect_redundancy(timestamp, packet)
        if not self._playing:
            if not self._packets:
                self._start_at = arrived - spread + self.target + TOO_SHORT
        else:
            lead = timestamp - self._next + self.unplayed
            if timestamp > self._next:
                lead -= self._concealed
            plays = self._ticked + TICK + lead / RATE
            self._observe(plays - (arrived - spread))
            if timestamp < self._next:
                self.late += 1
                self._estimator.count_lost(-1)
                return
        self._packets.setdefault(timestamp, _Waiting(packet, samples))
        self._limit_size()

    def advance(self, now: float) -> bool:
        """Advance to the tick at `now` (same clock as arrivals); return True if there is sound."""
        self._ticked = now
        if self._playing:
            return True
        if not self._packets or now < self._start_at:
            return False
        self._start(min(self._packets))
        return True

    def take(self) -> Segment | None:
        """Return the next segment, or None when the talkspurt is over."""
        if not self._playing:
            return None
        if not self._packets:
            return self._conceal()
        first = min(self._packets)
        if first > self._next:
            return self._fill(first)
        return self._play(first)

    @property
    def target(self) -> float:
        """Return how many seconds a fast packet should wait until it is played. Sound is played in
        ticks, so the packet waits up to one tick longer."""
        return self._estimator.target

    @property
    def delay(self) -> float:
        """Return how many seconds a fast packet currently waits, smoothed."""
        return self._delay

    @property
    def surplus(self) -> float:
        """Return by how many seconds the delay exceeds the target; negative if it is shorter."""
        return self._delay - self.target if self._playing else 0.0

    @property
    def is_empty(self) -> bool:
        """Return True if nothing is playing, and no packet waits to be played."""
        return not self._playing and not self._packets

    @property
    def buffered(self) -> float:
        """Return the seconds of sound in the buffer."""
        return sum(packet.samples for packet in self._packets.values()) / RATE

    def stretched(self, samples: int) -> None:
        """Note that the reader has lengthened the sound (shortened, if `samples` is negative)."""
        self._delay += samples / RATE

    def _unwrap(self, timestamp: int) -> int:
        last = self._last_timestamp
        if last is None:
            self._last_timestamp = timestamp
            return timestamp
        step = ((timestamp - last + 0x8000_0000) & 0xFFFF_FFFF) - 0x8000_0000
        if abs(step) > MAX_JUMP:
            self._flush()
            self._estimator.restart()
            self._redundant_until = 0
        self._last_timestamp = last + max(step, 0) if abs(step) <= MAX_JUMP else last + step
        return last + step

    def _detect_redundancy(self, timestamp: int, packet: bytes) -> None:
        if has_redundancy(packet):
            self._redundant_until = timestamp + REDUNDANT_FOR
        redundant = timestamp < self._redundant_until
        # Only the last frame of a lost packet can be restored, so its length counts.
        span = max(samples_per_frame(packet) / RATE, TICK)
        self._estimator.expect_redundancy(span if redundant else 0.0)

    def _observe(self, delay: float) -> None:
        self._delay += (delay - self._delay) / 16

    def _start(self, timestamp: int) -> None:
        self._playing = True
        self._next = timestamp
        self._concealed = self._concealed_in_a_row = 0
        self._delay = self.target

    def _conceal(self) -> Segment | None:
        """Conceal a frame, because the buffer is empty. The position in the stream stays, because
        the packet may only be late."""
        self._concealed_in_a_row += 1
        if self._concealed_in_a_row > MAX_CONCEALED:
            self._flush()
            return None
        self._concealed += FRAME
        return Segment(Action.CONCEAL, FRAME)

    def _play(self, first: int) -> Segment:
        packet = self._packets.pop(first)
        self._silent = len(packet.packet) <= SILENT
        self._next = first + packet.samples
        self._concealed = self._concealed_in_a_row = 0
        self._drop_overlapping()
        return Segment(Action.DECODE, packet.samples, packet.packet)

    def _fill(self, first: int) -> Segment:
        """Return the next segment when packets are missing before the one at `first`."""
        following = self._packets[first]
        gap = first - self._next
        self._count_lost(gap, first, following)
        if self._concealed:
            gap -= self._split_concealed(min(gap, self._concealed))
        if gap == 0 or gap > MAX_CONCEALED * FRAME:
            return self._play(first)
        span = min(samples_per_frame(following.packet), following.samples)
        if gap <= span:
            self._next = first
            return Segment(Action.RECOVER, gap, following.packet)
        step = min(gap - span, FRAME)
        self._next = first - gap + step
        return Segment(Action.CONCEAL, step)

    def _count_lost(self, gap: int, first: int, following: _Waiting) -> None:
        if first == self._counted_until or gap > MAX_CONCEALED * FRAME or self._silent:
            return
        self._counted_until = first
        packets = max(1, gap // following.samples)
        self.lost += packets
        self._estimator.count_lost(packets)

    def _split_concealed(self, concealed: int) -> int:
        """Return how many samples of the sound concealed so far replace lost packets.

        The other samples count as inserted sound, which lengthens a delay that was too short.
        """
        self._concealed = 0
        if self.surplus >= TOO_SHORT:
            return concealed
        inserted = min(concealed, max(1, round(-self.surplus / TICK)) * FRAME)
        self.stretched(inserted)
        return concealed - inserted

    def _drop_overlapping(self) -> None:
        """Drop packets that begin before the current position; honest senders send none."""
        for timestamp in [timestamp for timestamp in self._packets if timestamp < self._next]:
            del self._packets[timestamp]
            self.late += 1

    def _limit_size(self) -> None:
        first = min(self._packets)
        while len(self._packets) > MAX_PACKETS or max(self._packets) - first > MAX_BUFFERED:
            del self._packets[first]
            first = min(self._packets)
            if self._playing:
                self._next = max(self._next, first)

    def _flush(self) -> None:
        self._packets: dict[int, _Waiting] = {}
        self._playing = False
        self._start_at = 0.0
        self._next = 0
        self._concealed = 0
        self._concealed_in_a_row = 0
        self._delay = 0.0
        self._counted_until = None
        self._silent = False
