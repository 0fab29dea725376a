"""A sink that keeps the newest ticks until somebody fetches them, in bounded memory."""

from collections import deque

from audio.sinks.interface import DecodedTick


class BoundedSink:
    """Holds at most `most` ticks of 20 ms: what is not fetched in time is dropped, oldest first."""

    def __init__(self, most: int) -> None:
        self.dropped = 0
        self._ticks: deque[DecodedTick] = deque(maxlen=most)

    def take(self, tick: DecodedTick) -> None:
        if len(self._ticks) == self._ticks.maxlen:
            self.dropped += 1
        self._ticks.append(tick)

    def fetch(self) -> list[DecodedTick]:
        """All that is held, oldest first; it is held no more."""
        ticks = list(self._ticks)
        self._ticks.clear()
        return ticks
