"""How a network delivers: the spread of arrivals and the loss, and the wait that they ask for.

A lost packet can be restored from the packet after it, if that carries redundancy (Opus in-band
FEC). So where packets get lost, the wait must reach to the arrival of the next one.
"""

from collections import deque

MIN_DELAY = 0.020  # seconds
MAX_DELAY = 0.200
FIRST_DELAY = 0.040  # before anything is known of the network
HEADROOM = 0.010  # above the measured spread
SPREAD = 0.97  # this share of the packets must arrive in time
NEXT_HEADROOM = 0.004  # above the spread of the packet that restores a lost one
UNRESTORED = 0.005  # this share of all packets may stay lost although their redundancy comes
WINDOW = 250  # packets: 5 s of 20 ms frames
RECKON_EVERY = 16  # packets
MAX_SPREAD = 1.0  # seconds; slower than this is a sender that paused its clock, not a network


class Arrivals:
    def __init__(self) -> None:
        self.target = FIRST_DELAY
        self.loss = 0.0  # the share of packets that got lost, over about the last window
        self._interval = 0.0  # seconds until the redundancy of a lost packet is sent; 0: never
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
        self.loss -= self.loss / WINDOW
        self._since_reckoned += 1
        if self._since_reckoned >= RECKON_EVERY:
            self._reckon()
        return transit - self._quickest

    def count_lost(self, packets: int) -> None:
        """So many are missing where they were due; negative: they were only late after all."""
        self.loss = min(max(self.loss + packets / WINDOW, 0.0), 1.0)
        if self._transits:
            self._reckon()

    def expect_redundancy(self, interval: float) -> None:
        """The stream restores a lost packet `interval` seconds after it was due; 0: never."""
        self._interval = interval

    def forget(self) -> None:
        """The timestamps start over; the target stays, the network is the same."""
        self._transits.clear()
        self._since_reckoned = 0

    def _reckon(self) -> None:
        self._since_reckoned = 0
        ordered = sorted(self._transits)
        self._quickest = ordered[0]
        wanted = self._spread(ordered, SPREAD) + HEADROOM
        if self._interval and self.loss > UNRESTORED:
            reach = self._spread(ordered, 1 - UNRESTORED / self.loss) + NEXT_HEADROOM
            wanted = max(wanted, self._interval + reach)
        self.target = min(max(wanted, MIN_DELAY), MAX_DELAY)

    def _spread(self, ordered: list[float], share: float) -> float:
        """Seconds within which this share of the packets came after the quickest."""
        return ordered[int(share * (len(ordered) - 1))] - self._quickest
