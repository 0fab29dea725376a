"""Loudness evening: a soft voice comes up and a loud one comes down, slowly, while they talk."""

import math

WANTED = -22.0  # dBFS (RMS) of a talking voice
REACH = 9.0  # dB either way
SLEW = 0.04  # dB a frame: 2 dB/s, below what one notices as pumping
MEMORY = 0.98  # a frame: the level heard over the last second


class LoudnessEvening:
    def __init__(self) -> None:
        self.gain = 1.0
        self._gain_db = 0.0
        self._power: float | None = None

    def hear(self, level: float) -> float:
        """One frame of talk with this level in dBFS; returns the linear gain to reach."""
        power = 10 ** (level / 10)
        self._power = power if self._power is None else self._power * MEMORY + power * (1 - MEMORY)
        wanted = min(max(WANTED - 10 * math.log10(self._power), -REACH), REACH)
        step = min(max(wanted - self._gain_db, -SLEW), SLEW)
        self._gain_db += step
        self.gain = 10 ** (self._gain_db / 20)
        return self.gain
