"""A sink that keeps the newest ticks until they are fetched, in bounded memory."""

from collections import deque

from audio.sinks.interface import DecodedTick


class BoundedSink:
    """Contains at most `max_ticks` ticks of 20 ms; when full, it drops the oldest."""

    def __init__(self, max_ticks: int) -> None:
        self.dropped = 0
        self._ticks: deque[DecodedTick] = deque(maxlen=max_ticks)

    def take(self, tick: DecodedTick) -> None:
        if len(self._ticks) == self._ticks.maxlen:
            self.dropped += 1
        self._ticks.append(tick)

    def fetch(self) -> list[DecodedTick]:
        """Remove and return all ticks, oldest first."""
        ticks = list(self._ticks)
        self._ticks.clear()
        return ticks
