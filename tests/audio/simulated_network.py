"""A simulated network between a sender and a playout; it counts how lost packets are replaced."""

from collections import Counter
from collections.abc import Callable

import numpy as np

from audio.mixing.jitter_buffer import Segment
from audio.mixing.levels import level_of
from audio.mixing.opus import FRAME, RATE, Pcm
from audio.mixing.playout import Playout
from tests.audio.sound import TICK


class _CountingPlayout(Playout):
    """Counts the samples that each action produced."""

    def __init__(self) -> None:
        super().__init__()
        self.samples: Counter[str] = Counter()

    def _decode(self, segment: Segment) -> Pcm:
        self.samples[segment.action.value] += segment.samples
        return super()._decode(segment)


class SimulatedNetwork:
    """Packet `n` is delayed by `delay(n)` seconds, or lost if that is None. `phase` is the time in
    seconds from sending a packet to the receiver's tick, as the two clocks are not aligned."""

    def __init__(
        self,
        delay: Callable[[int], float | None],
        packets: list[bytes],
        *,
        duration: int = FRAME,
        phase: float = 0.007,
    ) -> None:
        self.playout = _CountingPlayout()
        self.jitter = self.playout.jitter
        delays = [delay(number) for number in range(len(packets))]
        self.arrivals = sorted(
            (number * duration / RATE + late, number)
            for number, late in enumerate(delays)
            if late is not None
        )
        self.lost = {number for number, late in enumerate(delays) if late is None}
        self._packets, self._duration = packets, duration
        self._taken = 0
        self._now = phase

    def play(self, ticks: int) -> list[Pcm | None]:
        heard = []
        for _ in range(ticks):
            while self._taken < len(self.arrivals) and self.arrivals[self._taken][0] <= self._now:
                arrived, number = self.arrivals[self._taken]
                self.jitter.push(number * self._duration, self._packets[number], arrived)
                self._taken += 1
            frame = self.playout.read(self._now)
            if frame is not None and level_of(frame) < -50:
                frame = self.playout.adapt(frame)
            heard.append(frame)
            self._now += TICK
        return heard

    def play_all(self) -> Pcm:
        """Return everything as one sound, which begins with the receiver's sample at time 0."""
        silence = np.zeros(FRAME, np.float32)
        ticks = round((len(self._packets) * self._duration / RATE - self._now) / TICK)
        first = np.zeros(round(self._now * RATE), np.float32)
        heard = [silence if frame is None else frame for frame in self.play(ticks)]
        return np.concatenate([first, *heard])

    def packets(self, action: str) -> float:
        """How many packets of sound this action ("decode", "recover" or "conceal") produced."""
        return self.playout.samples[action] / self._duration

    @property
    def recoverable(self) -> int:
        """How many lost packets were followed by one that arrived."""
        return sum(number + 1 not in self.lost for number in self.lost)


def lag_of(heard: Pcm, sent: Pcm) -> int:
    """Return by how many samples `heard` lags behind `sent`."""
    size = 1 << (len(heard) + len(sent)).bit_length()
    spectrum = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(sent, size))
    return int(np.argmax(np.fft.irfft(spectrum, size)[: RATE // 2]))
