"""How loud a frame is."""

import math

from audio.mixing.opus import Pcm

SILENCE_DB = -90.0  # dBFS: what digital silence counts as


def level_of(frame: Pcm) -> float:
    """RMS in dBFS; a sine at full scale is at -3. NaN where a sample is no number."""
    samples = frame.reshape(-1)  # of all channels
    power = float(samples.dot(samples)) / len(samples)
    return SILENCE_DB if power <= 1e-9 else 10 * math.log10(power)
