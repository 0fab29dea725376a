"""Simulate networks that delay and lose packets; the same seed gives the same arrivals."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Delays = Callable[[np.random.Generator, int], list[float | None]]


@dataclass(frozen=True)
class Network:
    """`delays(random, count)` returns the delay of each packet in seconds, None if it is lost."""

    name: str
    delays: Delays
    duration: int = 960  # samples in a packet
    loss: float = 0.0  # the loss that the sender assumes, from receivers' reports

    def arrivals(self, count: int, *, seed: int) -> list[tuple[float, int]]:
        """Return (seconds, packet number) by arrival. Packet n is sent after n durations."""
        random = np.random.default_rng(seed)
        sent = self.duration / 48_000
        return sorted(
            (number * sent + delay, number)
            for number, delay in enumerate(self.delays(random, count))
            if delay is not None
        )


def lossy(loss: float, *, jitter: float = 0.0) -> Delays:
    """Lose packets independently; delay the others by up to `jitter` seconds."""

    def delays(random: np.random.Generator, count: int) -> list[float | None]:
        late = random.uniform(0, jitter, count) if jitter else np.zeros(count)
        return [
            None if lost else float(delay)
            for lost, delay in zip(random.random(count) < loss, late, strict=True)
        ]

    return delays


def bursty(loss: float, *, length: float, jitter: float = 0.0) -> Delays:
    """Lose packets in bursts of `length` packets on average (a Gilbert channel)."""

    def delays(random: np.random.Generator, count: int) -> list[float | None]:
        losing = False
        leave, enter = 1 / length, loss / (1 - loss) / length
        out: list[float | None] = []
        late = random.uniform(0, jitter, count) if jitter else np.zeros(count)
        for draw, delay in zip(random.random(count), late, strict=True):
            losing = draw >= leave if losing else draw < enter
            out.append(None if losing else float(delay))
        return out

    return delays


NETWORKS = (
    Network("clean", lossy(0.0)),
    Network("jitter of 40 ms", lossy(0.0, jitter=0.040)),
    Network("1 % lost", lossy(0.01, jitter=0.010), loss=0.01),
    Network("2 % lost", lossy(0.02, jitter=0.010), loss=0.02),
    Network("5 % lost", lossy(0.05, jitter=0.010), loss=0.05),
    Network("10 % lost", lossy(0.10, jitter=0.010), loss=0.10),
    Network("20 % lost", lossy(0.20, jitter=0.010), loss=0.20),
    Network("10 % lost, jitter of 40 ms", lossy(0.10, jitter=0.040), loss=0.10),
    Network("10 % lost in bursts of 2", bursty(0.10, length=2.0, jitter=0.010), loss=0.10),
    Network("10 % lost in bursts of 4", bursty(0.10, length=4.0, jitter=0.010), loss=0.10),
    Network("5 % lost, 10 ms packets", lossy(0.05, jitter=0.010), duration=480, loss=0.05),
    Network("5 % lost, 60 ms packets", lossy(0.05, jitter=0.010), duration=2880, loss=0.05),
)
