"""The engine's heartbeat: a tick every 20 ms, and how late each came."""

import asyncio
import gc
import os
import sys
import time
from bisect import bisect_left
from collections.abc import Callable

FRAME = 0.020  # seconds
GIVE_UP = 0.5  # seconds late: what was missed is not made up for, a burst helps nobody
WINDOW = 30.0  # seconds that a lateness figure looks back, at least
REALTIME_PRIORITY = 10


class Lateness:
    """A histogram over the last one or two windows."""

    BOUNDS = (0.5, 1, 1.5, 2, 3, 4, 5, 7, 10, 15, 20, 30, 50, 75, 100, 200, 400, 1000)  # ms

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self._now = [0] * (len(self.BOUNDS) + 1)
        self._before = list(self._now)
        self._began = 0.0

    def add(self, seconds: float, now: float) -> None:
        if now - self._began > WINDOW:
            self._before, self._now = self._now, [0] * len(self._now)
            self._began = now
        self._now[bisect_left(self.BOUNDS, seconds * 1000)] += 1

    def quantile(self, share: float) -> float:
        """Milliseconds that `share` of the ticks did not exceed, rounded up to a bound."""
        counts = [a + b for a, b in zip(self._now, self._before, strict=True)]
        wanted = share * sum(counts)
        seen = 0
        for bound, count in zip(self.BOUNDS, counts, strict=False):
            seen += count
            if seen >= wanted:
                return float(bound)
        return float("inf")

    @property
    def histogram(self) -> dict[str, int]:
        """How many ticks were at most so many milliseconds late."""
        names = [f"{bound:g}" for bound in self.BOUNDS] + ["inf"]
        counts = (a + b for a, b in zip(self._now, self._before, strict=True))
        return dict(zip(names, counts, strict=True))


async def beat(tick: Callable[[], None], lateness: Lateness) -> None:
    """Call `tick` every 20 ms until cancelled; a late tick does not delay the ones after it."""
    due = time.monotonic()
    while True:
        due += FRAME
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        now = time.monotonic()
        lateness.add(max(0.0, now - due), now)
        if now - due > GIVE_UP:
            due = now
        tick()


def ask_for_realtime() -> str:
    """Ask the kernel to run this process before ordinary ones; return the policy that it has now:
    "rr", or "other" where it was refused (it takes CAP_SYS_NICE).

    On two cores with four busy processes this moved the lateness (p99) from 380 ms to 3.
    """
    if sys.platform != "linux":
        return "other"
    try:
        # Threads started later inherit it, and must: one that waits for the processor while it
        # holds the interpreter would make the tick wait with it.
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(REALTIME_PRIORITY))
    except OSError:
        return "other"
    return "rr"


def spare_the_collector(*, idle: bool) -> None:
    """Let the garbage collector walk only what is new since the last call.

    A full walk over a thousand peers silences them for 50 ms. Peers are freed by their reference
    counts; what hangs in a circle waits for a moment when the node is `idle`.
    """
    if idle:
        gc.unfreeze()
        gc.collect()
    else:
        gc.collect(1)
    gc.freeze()
