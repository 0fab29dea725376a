"""Mono and stereo: sound of shape (samples,) or (samples, 2), and the way from one to the other."""

import numpy as np

from audio.mixing.opus import Pcm

MONO, STEREO = 1, 2

_MEAN = np.array([0.5, 0.5], np.float32)


def channels_of(sound: Pcm) -> int:
    return sound.ndim


def with_channels(sound: Pcm, channels: int) -> Pcm:
    """The same sound with this many channels; the same array where nothing is to do."""
    if sound.ndim == channels:
        return sound
    return sound @ _MEAN if channels == MONO else np.repeat(sound[:, None], STEREO, axis=1)


def along(curve: Pcm, sound: Pcm) -> Pcm:
    """The curve in a shape that multiplies each channel of the sound."""
    return curve if sound.ndim == MONO else curve[:, None]
