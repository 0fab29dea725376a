"""How a network delivers: the spread of arrivals, and the wait that it asks for."""

from collections import deque

MIN_DELAY = 0.020  # seconds
MAX_DELAY = 0.200
FIRST_DELAY = 0.040  # before anything is known of the network
HEADROOM = 0.010  # above the measured spread
SPREAD = 0.97  # this share of the packets must arrive in time
WINDOW = 250  # packets: 5 s of 20 ms frames
RECKON_EVERY = 16  # packets
MAX_SPREAD = 1.0  # seconds; slower than this is a sender that paused its clock, not a network


class Arrivals:
    def __init__(self) -> None:
        self.target = FIRST_DELAY
        self._transits: deque[float] = deque(maxlen=WINDOW)
        self._quickest = 0.0
        self._since_reckoned = 0

    def measure(self, transit: float) -> float:
        """How much slower than the quickest of the window a packet was, in seconds.

        `transit` is its arrival minus its timestamp; the two clocks need not agree.
        """
        if self._transits and transit - self._quickest > MAX_SPREAD:
            self._transits.clear()
        if not self._transits or transit < self._quickest:
            self._quickest = transit
        self._transits.append(transit)
        self._since_reckoned += 1
        if self._since_reckoned >= RECKON_EVERY:
            self._reckon()
        return transit - self._quickest

    def forget(self) -> None:
        """The timestamps start over; the target stays, the network is the same."""
        self._transits.clear()
        self._since_reckoned = 0

    def _reckon(self) -> None:
        self._since_reckoned = 0
        ordered = sorted(self._transits)
        self._quickest = ordered[0]
        spread = ordered[int(SPREAD * (len(ordered) - 1))] - self._quickest
        self.target = min(max(spread + HEADROOM, MIN_DELAY), MAX_DELAY)
