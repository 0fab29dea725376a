"""Estimate the playout delay that a network needs, from its delay variation and loss.

A lost packet can be restored from the next packet, if that carries redundancy (Opus in-band FEC).
So when packets get lost, the delay must be long enough for the next packet to arrive.
"""

from collections import deque

MIN_DELAY = 0.020  # seconds
MAX_DELAY = 0.200
FIRST_DELAY = 0.040  # used until the network has been measured
HEADROOM = 0.010  # above the measured spread
SPREAD = 0.97  # this share of the packets must arrive in time
NEXT_HEADROOM = 0.004  # above the spread of the packets that restore lost ones
UNRESTORED = 0.005  # this share of all packets may stay lost because redundancy arrived too late
WINDOW = 250  # packets: 5 s of 20 ms frames
UPDATE_EVERY = 16  # packets
MAX_SPREAD = 1.0  # seconds; a larger delay means that the sender's clock stood still


class DelayEstimator:
    def __init__(self) -> None:
        self.target = FIRST_DELAY
        self.loss = 0.0  # the share of lost packets, over about the last window
        self._interval = 0.0  # seconds from a packet to its redundant copy; 0 if there is none
        self._transits: deque[float] = deque(maxlen=WINDOW)
        self._fastest = 0.0
        self._since_update = 0

    def measure(self, transit: float) -> float:
        """Return how many seconds longer a packet took than the fastest packet of the window.

        `transit` is the arrival time minus the timestamp; the two clocks need not agree.
        """
        if self._transits and transit - self._fastest > MAX_SPREAD:
            self._transits.clear()
        if not self._transits or transit < self._fastest:
            self._fastest = transit
        self._transits.append(transit)
        self.loss -= self.loss / WINDOW
        self._since_update += 1
        if self._since_update >= UPDATE_EVERY:
            self._update_target()
        return transit - self._fastest

    def count_lost(self, packets: int) -> None:
        """Count packets as lost; a negative number corrects packets that were only late."""
        self.loss = min(max(self.loss + packets / WINDOW, 0.0), 1.0)
        if self._transits:
            self._update_target()

    def expect_redundancy(self, interval: float) -> None:
        """Note that lost packets can be restored `interval` seconds late; 0 means never."""
        self._interval = interval

    def restart(self) -> None:
        """Start again with new timestamps. The target stays, because the network is the same."""
        self._transits.clear()
        self._since_update = 0

    def _update_target(self) -> None:
        self._since_update = 0
        ordered = sorted(self._transits)
        self._fastest = ordered[0]
        wanted = self._spread(ordered, SPREAD) + HEADROOM
        if self._interval and self.loss > UNRESTORED:
            reach = self._spread(ordered, 1 - UNRESTORED / self.loss) + NEXT_HEADROOM
            wanted = max(wanted, self._interval + reach)
        self.target = min(max(wanted, MIN_DELAY), MAX_DELAY)

    def _spread(self, ordered: list[float], share: float) -> float:
        """Return the delay after the fastest packet within which this share of packets arrived."""
        return ordered[int(share * (len(ordered) - 1))] - self._fastest
