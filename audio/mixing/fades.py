"""Short fades, so that a sound which begins or ends in mid-wave makes no click."""

import numpy as np

from audio.mixing.opus import FRAME, RATE, Pcm

LENGTH = round(0.008 * RATE)  # samples

_RISE = (1 - np.cos(np.pi * np.arange(LENGTH) / LENGTH)) / 2

# A frame multiplied by one of these begins from silence, or ends in it.
FADE_IN: Pcm = np.concatenate((_RISE, np.ones(FRAME - LENGTH))).astype(np.float32)
FADE_OUT: Pcm = np.concatenate((1 - _RISE, np.zeros(FRAME - LENGTH))).astype(np.float32)
