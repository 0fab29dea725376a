"""Loudness evening: a soft voice comes up and a loud one comes down, slowly, while they talk.

A voice is raised only as far as the noise behind it stays unheard.
"""

import math

WANTED = -22.0  # dBFS (RMS) of a talking voice
REACH = 9.0  # dB either way
NOISE = -50.0  # dBFS: no noise is raised above this
SLEW = 0.04  # dB a frame: 2 dB/s, below what one notices as pumping
MEMORY = 0.98  # a frame: the level heard over the last second


class AutomaticGainControl:
    def __init__(self) -> None:
        self.gain = 1.0
        self._gain_db = 0.0
        self._wanted = 0.0
        self._power: float | None = None

    def hear(self, level: float) -> None:
        """One frame of talk with this level in dBFS."""
        power = 10 ** (level / 10)
        self._power = power if self._power is None else self._power * MEMORY + power * (1 - MEMORY)
        self._wanted = min(max(WANTED - 10 * math.log10(self._power), -REACH), REACH)

    def advance(self, floor: float) -> float:
        """A frame has passed, with talk or without; `floor` is the noise in dBFS. Returns the
        linear gain to reach."""
        wanted = min(self._wanted, max(NOISE - floor, 0.0))
        step = min(max(wanted - self._gain_db, -SLEW), SLEW)
        if step:
            self._gain_db += step
            self.gain = 10 ** (self._gain_db / 20)
        return self.gain
