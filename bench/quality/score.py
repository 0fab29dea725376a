"""Rate a sound: its PESQ score and its delay."""

import numpy as np
from pesq import pesq
from scipy.signal import correlate, resample_poly

from audio.mixing.opus import RATE, Pcm

PESQ_RATE = 16_000
LOOKAHEAD = 312 / RATE  # seconds: the delay of Opus itself, which is the same for every receiver
LONGEST = 0.5  # seconds; longer delays are not detected
WINDOW = 1.0  # seconds of sound for each measurement of the delay


def rate_speech(clean: Pcm, heard: Pcm) -> float:
    """Return the wide-band PESQ score (ITU-T P.862.2): 1.0 to 4.64."""
    pair = (resample_poly(sound, PESQ_RATE, RATE).astype(np.float32) for sound in (clean, heard))
    return float(pesq(PESQ_RATE, *pair, "wb"))


def measure_delay(clean: Pcm, heard: Pcm) -> float:
    """Return the delay of the received sound in seconds, averaged over windows with speech."""
    length, reach = round(WINDOW * RATE), round(LONGEST * RATE)
    loud = float(np.sqrt(np.mean(clean * clean)))
    delays = []
    for start in range(0, len(clean) - length - reach, length // 2):
        window = clean[start : start + length]
        if float(np.sqrt(np.mean(window * window))) < loud / 2:
            continue
        similarity = correlate(heard[start : start + length + reach], window, "valid")
        delays.append(int(np.argmax(similarity)) / RATE)
    return float(np.mean(delays)) - LOOKAHEAD
