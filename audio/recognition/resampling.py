"""Resample sound from the 48 kHz of the mixer to the 16 kHz of speech models."""

import numpy as np
from numpy.typing import NDArray

from audio.recognition.interface import Sound

FACTOR = 3
TAPS = 48
CUTOFF = 0.46 / FACTOR  # as a share of the sample rate: 7.4 kHz


def _low_pass() -> Sound:
    """Return a windowed sinc (Hamming) whose coefficients sum to 1."""
    n = np.arange(TAPS) - (TAPS - 1) / 2
    taps: Sound = (np.sinc(2 * CUTOFF * n) * np.hamming(TAPS)).astype(np.float32)
    taps /= taps.sum()
    return taps


LOW_PASS = _low_pass()


class Downsampler:
    """Filters one stream and keeps every third sample. The input may have any length."""

    def __init__(self) -> None:
        self._kept = np.zeros(TAPS - 1, np.float32)  # the end of the previous input

    def process(self, samples: NDArray[np.int16]) -> Sound:
        sound = np.concatenate([self._kept, samples.astype(np.float32) / 32768])
        if len(sound) < TAPS:
            self._kept = sound
            return np.zeros(0, np.float32)
        windows = np.lib.stride_tricks.sliding_window_view(sound, TAPS)[::FACTOR]
        # Keep the samples from the start of the next window on.
        self._kept = sound[len(windows) * FACTOR :]
        return (windows @ LOW_PASS).astype(np.float32)
