"""The periodicity of a sound, which distinguishes a voice or a tone from noise at any level.

The sound is whitened, so that low-frequency noise does not look periodic, and compared with itself
one pitch period earlier (normalised correlation). Noise scores about 0.2, a voice 0.5 to 0.95.
"""

import numpy as np

from audio.mixing.opus import FRAME, RATE, Pcm

STEP = 6  # samples averaged to one; 8 kHz are enough to find a pitch
SHORTEST = RATE // STEP // 500  # samples at 8 kHz: the period of a high voice
LONGEST = RATE // STEP // 62  # samples at 8 kHz: the period of a low voice
WHITENING = np.float32(0.9)

_KEPT = FRAME // STEP
_LENGTH = 2 * _KEPT - 1 - LONGEST  # samples that are compared
_MEAN = np.full(STEP, 1 / STEP, np.float32)


class Periodicity:
    """Analyses two frames at a time, since one frame is too short for a low voice."""

    def __init__(self) -> None:
        self._before = np.zeros(_KEPT, np.float32)

    def of(self, frame: Pcm) -> float:
        """Return the periodicity from 0 (never repeats) to 1 (repeats exactly)."""
        thin = frame.reshape(_KEPT, STEP) @ _MEAN
        both = np.concatenate((self._before, thin))
        self._before = thin
        white = both[1:] - WHITENING * both[:-1]
        newest, earlier = white[LONGEST:], white[:-SHORTEST]
        similarity = np.correlate(earlier, newest, "valid")
        sums = np.cumsum(earlier * earlier)
        energy = sums[_LENGTH - 1 :].copy()
        energy[1:] -= sums[:-_LENGTH]
        scale = energy * newest.dot(newest)
        return float((similarity / np.sqrt(np.maximum(scale, 1e-18))).max())
