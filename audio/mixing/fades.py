"""Short fades, so that there is no click where sound begins or ends abruptly."""

import numpy as np

from audio.mixing.opus import FRAME, RATE, Pcm

LENGTH = round(0.008 * RATE)  # samples

_RISE = (1 - np.cos(np.pi * np.arange(LENGTH) / LENGTH)) / 2

# Multiplied with a frame, these fade it in from silence or out to silence.
FADE_IN: Pcm = np.concatenate((_RISE, np.ones(FRAME - LENGTH))).astype(np.float32)
FADE_OUT: Pcm = np.concatenate((1 - _RISE, np.zeros(FRAME - LENGTH))).astype(np.float32)
