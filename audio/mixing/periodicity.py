"""How periodic a sound is: what tells a voice, or a tone, from noise whatever its level.

The sound is whitened, so that dull noise does not look like a slow wave, and compared with itself
one pitch period earlier (normalised correlation). Noise scores about 0.2, a voice 0.5 to 0.95.
"""

import numpy as np

from audio.mixing.opus import FRAME, RATE, Pcm

STEP = 6  # of so many samples one is made: 8 kHz are enough for a pitch
SHORTEST = RATE // STEP // 500  # thinned samples: the period of a high voice
LONGEST = RATE // STEP // 62  # of a low one
WHITENING = np.float32(0.9)

_KEPT = FRAME // STEP
_LENGTH = 2 * _KEPT - 1 - LONGEST  # of what is compared
_MEAN = np.full(STEP, 1 / STEP, np.float32)


class Periodicity:
    """Looks at two frames at a time: one holds too little of a low voice."""

    def __init__(self) -> None:
        self._before = np.zeros(_KEPT, np.float32)

    def of(self, frame: Pcm) -> float:
        """0 (no two moments are alike) to 1 (a wave that repeats itself)."""
        thin = frame.reshape(_KEPT, STEP) @ _MEAN
        both = np.concatenate((self._before, thin))
        self._before = thin
        white = both[1:] - WHITENING * both[:-1]
        newest, earlier = white[LONGEST:], white[:-SHORTEST]
        likeness = np.correlate(earlier, newest, "valid")
        sums = np.cumsum(earlier * earlier)
        energy = sums[_LENGTH - 1 :].copy()
        energy[1:] -= sums[:-_LENGTH]
        scale = energy * newest.dot(newest)
        return float((likeness / np.sqrt(np.maximum(scale, 1e-18))).max())
