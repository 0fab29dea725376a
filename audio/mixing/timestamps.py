"""Map a sender's RTP timestamps to a continuous timeline, without the jumps of its clock.

A sender may restart its timestamps within a stream, because its device was changed, its encoder was
restarted or its machine was suspended, while the sequence numbers show that no packet is missing. A
sender's clock may also stop during pauses, so that all packets after a pause would count as late.
Sequence numbers distinguish a jump from loss, and arrival times distinguish a jump from a pause:
after a pause, a packet arrives as much later as its timestamp is larger; after a jump it does not.
"""

from typing import NamedTuple

from audio.mixing.opus import RATE

JUMP = 0.1  # seconds; if a packet seems this much faster than the fastest, its timestamp jumped
FROZEN = 0.4  # seconds slower than the fastest packet; the sender's clock stopped in a pause
PAUSE = 0.2  # seconds without packets that count as a pause when timestamps jump
MAX_DROPOUT = 3000  # a larger step of the sequence number is a restart, not loss (RFC 3550 A.1)
MAX_SPREAD = 1.0  # seconds; a larger delay means that the sender's clock stood still
RELAXATION = 0.01  # seconds per second by which the fastest transit grows, since clocks drift


class _Packet(NamedTuple):
    sequence_number: int
    timestamp: int
    position: int  # on the timeline, in samples
    samples: int
    arrived: float


class Timestamps:
    """The timeline of one stream. Positions are in samples and may be negative."""

    def __init__(self) -> None:
        self._newest: _Packet | None = None  # the packet with the highest sequence number
        self._before_jump: _Packet | None = None  # the newest packet before the last jump
        self._fastest = 0.0  # the minimum of seconds from a packet's position to its arrival

    def position(self, sequence_number: int, timestamp: int, samples: int, arrived: float) -> int:
        """Return the position at which a packet begins. `arrived` is in monotonic seconds."""
        newest = self._newest
        if newest is None:
            self._fastest = arrived - timestamp / RATE
            self._newest = _Packet(sequence_number, timestamp, timestamp, samples, arrived)
            return timestamp
        ahead = _signed(sequence_number - newest.sequence_number, 16)
        if -MAX_DROPOUT < ahead <= 0:
            return self._late_position(newest, timestamp)
        position = newest.position + _signed(timestamp - newest.timestamp, 32)
        if self._is_jump(newest, ahead, position, arrived):
            self._before_jump = newest
            position = _after_jump(newest, ahead, arrived)
        self._newest = _Packet(sequence_number, timestamp, position, samples, arrived)
        self._update_fastest(arrived - position / RATE, arrived - newest.arrived)
        return position

    def _late_position(self, newest: _Packet, timestamp: int) -> int:
        """Return the position of a reordered packet, by the timestamps before or after the last
        jump, whichever position is closer."""
        known = [packet for packet in (newest, self._before_jump) if packet is not None]
        positions = [each.position + _signed(timestamp - each.timestamp, 32) for each in known]
        return min(positions, key=lambda position: abs(position - newest.position))

    def _is_jump(self, newest: _Packet, ahead: int, position: int, arrived: float) -> bool:
        if not 0 < ahead < MAX_DROPOUT:
            return True
        step = position - newest.position
        if step < newest.samples:  # packets must not overlap, but may be repeated
            return step != 0 or ahead > 1
        slower = arrived - position / RATE - self._fastest
        return slower < -JUMP if step > ahead * newest.samples else slower > FROZEN

    def _update_fastest(self, transit: float, elapsed: float) -> None:
        slowest = self._fastest + elapsed * RELAXATION
        self._fastest = transit if transit > slowest + MAX_SPREAD else min(transit, slowest)


def _after_jump(newest: _Packet, ahead: int, arrived: float) -> int:
    """Return the position after the previous packet, plus the length of lost packets or a pause."""
    following = newest.samples * (ahead if 0 < ahead < MAX_DROPOUT else 1)
    paused = round((arrived - newest.arrived) * RATE) - following
    return newest.position + following + (paused if paused > PAUSE * RATE else 0)


def _signed(difference: int, bits: int) -> int:
    """Read a difference of two counters of `bits` bits as a signed number, across the wrap."""
    half = 1 << (bits - 1)
    return ((difference + half) & ((1 << bits) - 1)) - half
