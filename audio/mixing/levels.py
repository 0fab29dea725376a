"""The level of a frame."""

import math

from audio.mixing.opus import Pcm

SILENCE_DB = -90.0  # dBFS: the level assigned to digital silence


def level_of(frame: Pcm) -> float:
    """Return the RMS level in dBFS; a full-scale sine has -3. NaN if a sample is NaN."""
    samples = frame.reshape(-1)  # of all channels
    power = float(samples.dot(samples)) / len(samples)
    return SILENCE_DB if power <= 1e-9 else 10 * math.log10(power)
