"""Measure how busy a node is: the share of a core that its process has used recently."""

import time
from collections.abc import Callable

SHORTEST = 0.5  # seconds; over less time, chance decides
MEMORY = 0.6  # the weight of the former average; readings are a second apart


class LoadMeter:
    """Averages over the last readings, so that a burst of joins does not count for long."""

    def __init__(
        self,
        *,
        processor_time: Callable[[], float] = time.process_time,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._processor_time, self._clock = processor_time, clock
        self._before = processor_time(), clock()
        self._load: float | None = None

    def read(self) -> float:
        """Return the current average; 1 is a whole core."""
        used, now = self._processor_time(), self._clock()
        used_before, before = self._before
        if now - before >= SHORTEST:
            share = (used - used_before) / (now - before)
            self._load = share if self._load is None else MEMORY * self._load + (1 - MEMORY) * share
            self._before = used, now
        return self._load or 0.0
