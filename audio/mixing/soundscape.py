"""A generated ambience, so that a demo's Space is not silent: rain, slow chords, a rare bell.

It is generated once per process from a fixed seed, as a seamless loop.
"""

from functools import cache

import numpy as np
import numpy.typing as npt

from audio.mixing.fades import FADE_IN, FADE_OUT
from audio.mixing.opus import FRAME, RATE, Pcm

CHORD_SECONDS = 6
CHORDS = (  # Hz: A minor 9, F major 7, C major 9, G sixth
    (110.00, 164.81, 220.00, 261.63, 493.88),
    (87.31, 174.61, 220.00, 261.63, 329.63),
    (130.81, 196.00, 246.94, 329.63, 587.33),
    (98.00, 196.00, 246.94, 293.66, 329.63),
)
BELLS = ((3.5, 880.00), (10.0, 1318.51), (17.5, 987.77))  # second, Hz
SECONDS = CHORD_SECONDS * len(CHORDS)
PEAK = 0.25
SEED = 600


class Soundscape:
    def __init__(self) -> None:
        self._loop = prepare()
        self._at = 0
        self._fade: Pcm | None = FADE_IN

    def frame(self) -> Pcm:
        """Return the next 20 ms; the first frame fades in."""
        start, fade = self._at, self._fade
        self._at, self._fade = (start + FRAME) % len(self._loop), None
        frame = self._loop[start : start + FRAME].astype(np.float32) / np.float32(32_768)
        return frame if fade is None else frame * fade

    def tail(self) -> Pcm:
        """Return the last frame, which fades out."""
        self._fade = FADE_OUT
        return self.frame()


@cache
def prepare() -> npt.NDArray[np.int16]:
    """Generate the loop. The first call takes about 0.5 s, so call this before the clock starts."""
    sound = _rain() + _pads() + _bells()
    loop: npt.NDArray[np.int16] = np.rint(sound / np.abs(sound).max() * PEAK * 32_767).astype(
        np.int16
    )
    return loop


def _rain() -> npt.NDArray[np.float64]:
    """Shape noise in the frequency domain, which makes it seamless."""
    length = SECONDS * RATE
    noise = np.random.default_rng(SEED).standard_normal(length // 4)
    spectrum = np.fft.rfft(noise)
    hertz = np.fft.rfftfreq(len(noise), 1 / RATE)
    spectrum *= (hertz / 400) / (1 + (hertz / 400) ** 2) ** 0.9
    rain = np.fft.irfft(spectrum, len(noise))
    return np.tile(rain / rain.std() * 0.05, 4)


def _pads() -> npt.NDArray[np.float64]:
    """Let each chord swell and fade into the next chord, and the last into the first."""
    span = 2 * CHORD_SECONDS * RATE
    t = np.arange(span) / RATE
    swell = np.sin(np.pi * np.arange(span) / span) ** 2
    pads = np.zeros(SECONDS * RATE)
    for number, chord in enumerate(CHORDS):
        sound = sum(
            np.sin(2 * np.pi * f * t) + 0.4 * np.sin(2 * np.pi * f * 1.004 * t) for f in chord
        )
        at = (np.arange(span) + number * CHORD_SECONDS * RATE) % len(pads)
        pads[at] += 0.05 * swell * sound
    return pads


def _bells() -> npt.NDArray[np.float64]:
    t = np.arange(4 * RATE) / RATE
    bells = np.zeros(SECONDS * RATE)
    for second, f in BELLS:
        strike = np.sin(2 * np.pi * f * t) + 0.5 * np.sin(2 * np.pi * 2.76 * f * t) * np.exp(-4 * t)
        at = (np.arange(len(t)) + int(second * RATE)) % len(bells)
        bells[at] += 0.08 * strike * np.exp(-1.8 * t) * np.minimum(t / 0.004, 1)
    return bells
