"""The limiter lowers the gain of a mix that is too loud, so that it does not clip.

The whole frame is known before it is sent, so the gain is lowered before the peak. Only a peak in
the first 2.5 ms is too early for that, and is clipped at the ceiling.
"""

import numpy as np

from audio.mixing.channels import along
from audio.mixing.opus import FRAME, Pcm

CEILING = 0.89  # -1 dBFS
ATTACK = 120  # samples: 2.5 ms
RELEASE = 1.03  # gain per frame: 13 dB/s

_largest, _smallest = np.maximum.reduce, np.minimum.reduce  # faster than the methods max and min
_FALL = np.linspace(0.0, 1.0, ATTACK, dtype=np.float32)
_RISE = np.linspace(0.0, 1.0, FRAME, dtype=np.float32)


class Limiter:
    def __init__(self) -> None:
        self._gain = 1.0

    def limit(self, pcm: Pcm) -> Pcm:
        """Return the frame with its peaks below the ceiling; the same array if nothing changes."""
        flat = pcm.reshape(-1)
        peak = float(max(_largest(flat), -_smallest(flat)))
        before = self._gain
        if before >= 1.0 and peak <= CEILING:
            return pcm
        self._gain = min(CEILING / peak if peak > CEILING else 1.0, before * RELEASE, 1.0)
        if self._gain < before:
            curve = np.full(FRAME, self._gain, np.float32)
            curve[:ATTACK] = before + (self._gain - before) * _FALL
        else:
            curve = before + (self._gain - before) * _RISE
        limited: Pcm = np.clip(pcm * along(curve, pcm), -CEILING, CEILING)
        return limited
