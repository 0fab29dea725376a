"""A continuous timeline for a sender's RTP timestamps, without the leaps of its clock.

A sender may start its timestamps anew within a stream: its device was changed, its encoder
restarted, its machine slept. Nothing is missing then, although the number of the packet says so.
Or its clock stands still in pauses, and what comes behind them would seem late ever after. Sequence
numbers tell a leap from loss, and the time of arrival tells it from a pause: a sender that paused
goes on as much later as its timestamp says; after a leap it does not.
"""

from dataclasses import dataclass

from audio.mixing.opus import RATE

LEAP = 0.1  # seconds by which a packet cannot be quicker than the quickest: its timestamp leapt
FROZEN = 0.4  # seconds by which a packet is later than any wait: its clock stood still in a pause
PAUSE = 0.2  # seconds without a packet that are kept as a pause where the timestamps leap
MAX_DROPOUT = 3000  # a larger step of the sequence number is a new start, not loss (RFC 3550 A.1)
MAX_SPREAD = 1.0  # seconds; slower than this is a sender that paused its clock, not a network
FORGETTING = 0.01  # seconds a second by which the quickest may be slower: clocks drift


@dataclass(frozen=True, slots=True)
class _Packet:
    sequence_number: int
    timestamp: int
    place: int  # on the line
    samples: int
    arrived: float


class Timestamps:
    """The timeline of one stream. Positions are in samples and may be negative."""

    def __init__(self) -> None:
        self._newest: _Packet | None = None  # by sequence number
        self._before_leap: _Packet | None = None  # the newest before the last leap
        self._quickest = 0.0  # seconds from a packet's place to its arrival

    def place(self, sequence_number: int, timestamp: int, samples: int, arrived: float) -> int:
        """Return the position at which a packet begins. `arrived` is in monotonic seconds."""
        newest = self._newest
        if newest is None:
            self._quickest = arrived - timestamp / RATE
            self._newest = _Packet(sequence_number, timestamp, timestamp, samples, arrived)
            return timestamp
        ahead = _signed(sequence_number - newest.sequence_number, 16)
        if -MAX_DROPOUT < ahead <= 0:
            return self._place_late(newest, timestamp)
        place = newest.place + _signed(timestamp - newest.timestamp, 32)
        if self._is_leap(newest, ahead, place, arrived):
            self._before_leap = newest
            place = _after_leap(newest, ahead, arrived)
        self._newest = _Packet(sequence_number, timestamp, place, samples, arrived)
        self._note_speed(arrived - place / RATE, arrived - newest.arrived)
        return place

    def _place_late(self, newest: _Packet, timestamp: int) -> int:
        """Return the position of a packet that was overtaken: counted from before the last leap or
        from after it, whichever is nearer."""
        known = [packet for packet in (newest, self._before_leap) if packet is not None]
        places = [each.place + _signed(timestamp - each.timestamp, 32) for each in known]
        return min(places, key=lambda place: abs(place - newest.place))

    def _is_leap(self, newest: _Packet, ahead: int, place: int, arrived: float) -> bool:
        if not 0 < ahead < MAX_DROPOUT:
            return True
        step = place - newest.place
        if step < newest.samples:  # no honest packets reach into each other, but some are repeated
            return step != 0 or ahead > 1
        slower = arrived - place / RATE - self._quickest
        return slower < -LEAP if step > ahead * newest.samples else slower > FROZEN

    def _note_speed(self, transit: float, elapsed: float) -> None:
        slowest = self._quickest + elapsed * FORGETTING
        self._quickest = transit if transit > slowest + MAX_SPREAD else min(transit, slowest)


def _after_leap(newest: _Packet, ahead: int, arrived: float) -> int:
    """Right behind the packet before, with room for what got lost, or for a pause."""
    following = newest.samples * (ahead if 0 < ahead < MAX_DROPOUT else 1)
    paused = round((arrived - newest.arrived) * RATE) - following
    return newest.place + following + (paused if paused > PAUSE * RATE else 0)


def _signed(difference: int, bits: int) -> int:
    """Read a difference of two counters of `bits` bits as a signed number, across the wrap."""
    half = 1 << (bits - 1)
    return ((difference + half) & ((1 << bits) - 1)) - half
