"""Choose the encoders' complexity: the highest that takes hardly more time than the default.

The processor time for each complexity differs between versions of libopus and with the sound, so
it is measured once before a node starts.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from audio.mixing.opus import FRAME, RATE, Encoder, EncoderSettings, Pcm, has_redundancy

DEFAULT = 5
CANDIDATES = (DEFAULT, 9, 7)  # the default first; 10 sounds like 9
ALLOWANCE = 1.1  # a candidate may cost this many times the default's cost
ROUNDS = 3  # the fastest round counts, because other processes slow down some rounds
BUDGET = 0.5  # seconds of wall-clock time; candidates not measured in this time are not chosen
SECONDS = 0.5  # of sound


@dataclass(frozen=True)
class Calibration:
    complexity: int
    costs: dict[int, float]  # seconds of processor time per frame, by complexity


def calibrate(settings: EncoderSettings) -> Calibration:
    """Measure the candidates and choose one. Takes about 0.1 s on an idle machine, and at most
    about `BUDGET`."""
    frames = _voice()
    until = time.monotonic() + BUDGET
    costs: dict[int, float] = {}
    redundant: dict[int, int] = {}
    for complexity in CANDIDATES:
        candidate = replace(settings, complexity=complexity)
        runs = list(_measure(candidate, frames, until))
        if not runs:
            break
        costs[complexity] = min(cost for cost, _ in runs)
        redundant[complexity] = runs[0][1]
    return Calibration(choose(costs, redundant), costs)


def choose(costs: dict[int, float], redundant: dict[int, int]) -> int:
    """Return the highest complexity that costs hardly more than the default and produces as much
    redundancy, since some complexities save time by leaving out redundancy."""
    if DEFAULT not in costs:
        return DEFAULT
    return max(
        complexity
        for complexity, cost in costs.items()
        if cost <= ALLOWANCE * costs[DEFAULT] and redundant[complexity] >= redundant[DEFAULT]
    )


def _measure(
    settings: EncoderSettings, frames: list[Pcm], until: float
) -> Iterator[tuple[float, int]]:
    """For each round, yield the seconds per frame and the number of packets with redundancy, as
    long as there is time."""
    for _ in range(ROUNDS):
        if time.monotonic() > until:
            return
        encoder = Encoder(settings)
        began = time.thread_time()
        packets = [encoder.encode(frame) for frame in frames]
        took = time.thread_time() - began
        yield took / len(frames), sum(map(has_redundancy, packets))


def _voice() -> list[Pcm]:
    """Generate a voice-like sound: harmonics of a gliding pitch, in syllables, with some noise."""
    t = np.arange(round(SECONDS * RATE)) / RATE
    phase = 2 * np.pi * np.cumsum(140 + 30 * np.sin(2 * np.pi * 1.3 * t)) / RATE
    tone = sum(np.sin(number * phase) / number for number in range(1, 25))
    breath = np.random.default_rng(1).standard_normal(len(t))
    syllables = np.clip(np.sin(2 * np.pi * 4 * t) + 0.7, 0, 1)
    sound = (0.1 * (np.asarray(tone) + 0.05 * breath) * syllables).astype(np.float32)
    return [sound[at : at + FRAME] for at in range(0, len(sound) - FRAME + 1, FRAME)]
