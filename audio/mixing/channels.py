"""Mono and stereo: conversion between sound of shape (samples,) and (samples, 2)."""

import numpy as np

from audio.mixing.opus import Pcm

MONO, STEREO = 1, 2

_MEAN = np.array([0.5, 0.5], np.float32)


def channels_of(sound: Pcm) -> int:
    return sound.ndim


def with_channels(sound: Pcm, channels: int) -> Pcm:
    """Return the sound with this many channels, or the same array if it has them already."""
    if sound.ndim == channels:
        return sound
    return sound @ _MEAN if channels == MONO else np.repeat(sound[:, None], STEREO, axis=1)


def along(curve: Pcm, sound: Pcm) -> Pcm:
    """Reshape the curve so that it can be multiplied with each channel of the sound."""
    return curve if sound.ndim == MONO else curve[:, None]
