"""Time stretching: shorten or lengthen sound a little without changing its pitch.

One pitch period is cut out or played twice. The two ends are cross-faded where the sound is most
similar to itself (overlap-add at the best correlation, as in WSOLA).
"""

import numpy as np

from audio.mixing.channels import MONO, along, with_channels
from audio.mixing.opus import RATE, Pcm

SHORTEST = RATE // 400  # samples: 2.5 ms, the period of a high voice
LONGEST = RATE // 66  # samples: 15 ms, the period of a low voice
OVERLAP = RATE // 100  # samples: 10 ms
NEEDED = LONGEST + OVERLAP  # samples that `shorten` needs

_COARSE = 4  # the first search uses every fourth sample
_FADE_IN = np.linspace(0.0, 1.0, OVERLAP, dtype=np.float32)


def shorten(sound: Pcm) -> Pcm:
    """Return the sound without one period near its start. The given sound must have at least
    `NEEDED` samples."""
    lag = _period(with_channels(sound[:NEEDED], MONO))
    fade_in = along(_FADE_IN, sound)
    joined = sound[:OVERLAP] * (1 - fade_in) + sound[lag : lag + OVERLAP] * fade_in
    return np.concatenate((joined, sound[lag + OVERLAP :]))


def lengthen(before: Pcm, sound: Pcm) -> Pcm:
    """Return the sound with one more period at its start. `before` is the sound played last, of at
    least `LONGEST` samples; the sound itself must have at least `OVERLAP` samples."""
    backwards = np.concatenate((before[-LONGEST:], sound[:OVERLAP]))[::-1]
    lag = _period(np.ascontiguousarray(with_channels(backwards, MONO)))
    repeated = np.concatenate((before[-lag:], sound))
    fade_in = along(_FADE_IN, sound)
    joined = sound[:OVERLAP] * (1 - fade_in) + repeated[:OVERLAP] * fade_in
    return np.concatenate((joined, repeated[OVERLAP:]))


def _period(sound: Pcm) -> int:
    thin = sound[:NEEDED:_COARSE]
    coarse = _COARSE * _best(thin, SHORTEST // _COARSE, LONGEST // _COARSE, OVERLAP // _COARSE)
    first = max(SHORTEST, coarse - _COARSE)
    return _best(sound, first, min(LONGEST, coarse + _COARSE), OVERLAP)


def _best(sound: Pcm, first: int, last: int, length: int) -> int:
    """Return the lag from `first` to `last` at which `length` samples are most similar to the first
    `length` samples."""
    region = sound[first : last + length]
    similarity = np.correlate(region, sound[:length], "valid")
    energy = np.convolve(region * region, np.ones(length, np.float32), "valid")
    return first + int(np.argmax(similarity / np.sqrt(energy + 1e-9)))
