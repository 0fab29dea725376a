"""Which complexity the encoders run at: the best that costs no more than the usual one.

How much of the processor each complexity takes differs between versions of libopus, and with what
it finds in the sound: so it is measured, once, before a node starts.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from audio.mixing.opus import FRAME, RATE, Encoder, EncoderSettings, Pcm, has_redundancy

USUAL = 5
CANDIDATES = (USUAL, 9, 7)  # the usual first; 10 sounds like 9
ALLOWANCE = 1.1  # times the cost of the usual one
ROUNDS = 3  # the quickest counts: others were disturbed
BUDGET = 0.5  # seconds of the clock; what was not measured by then is not chosen
SECONDS = 0.5  # of sound


@dataclass(frozen=True)
class Calibration:
    complexity: int
    costs: dict[int, float]  # seconds of processor time a frame, by complexity


def calibrate(settings: EncoderSettings) -> Calibration:
    """Takes about 0.1 s on a quiet machine, and never much more than `BUDGET`."""
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
    """The highest complexity that costs hardly more than the usual one, and carries as much
    redundancy: some save time by leaving that out."""
    if USUAL not in costs:
        return USUAL
    return max(
        complexity
        for complexity, cost in costs.items()
        if cost <= ALLOWANCE * costs[USUAL] and redundant[complexity] >= redundant[USUAL]
    )


def _measure(
    settings: EncoderSettings, frames: list[Pcm], until: float
) -> Iterator[tuple[float, int]]:
    """For each round in time: seconds a frame, and how many packets had redundancy."""
    for _ in range(ROUNDS):
        if time.monotonic() > until:
            return
        encoder = Encoder(settings)
        began = time.thread_time()
        packets = [encoder.encode(frame) for frame in frames]
        took = time.thread_time() - began
        yield took / len(frames), sum(map(has_redundancy, packets))


def _voice() -> list[Pcm]:
    """Something like a voice: harmonics of a gliding pitch, in syllables, with a little breath."""
    t = np.arange(round(SECONDS * RATE)) / RATE
    phase = 2 * np.pi * np.cumsum(140 + 30 * np.sin(2 * np.pi * 1.3 * t)) / RATE
    tone = sum(np.sin(number * phase) / number for number in range(1, 25))
    breath = np.random.default_rng(1).standard_normal(len(t))
    syllables = np.clip(np.sin(2 * np.pi * 4 * t) + 0.7, 0, 1)
    sound = (0.1 * (np.asarray(tone) + 0.05 * breath) * syllables).astype(np.float32)
    return [sound[at : at + FRAME] for at in range(0, len(sound) - FRAME + 1, FRAME)]
