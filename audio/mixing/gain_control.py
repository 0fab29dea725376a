"""Automatic gain control: slowly raise soft voices and lower loud voices.

A voice is raised only as far as its background noise stays inaudible.
"""

import math

WANTED = -22.0  # dBFS (RMS): the target level of a voice
REACH = 9.0  # dB: the largest gain, up or down
NOISE = -50.0  # dBFS: noise is not raised above this
SLEW = 0.04  # dB per frame: 2 dB/s is too slow to be noticed as pumping
MEMORY = 0.98  # smoothing per frame: averages the level over about the last second


class AutomaticGainControl:
    def __init__(self) -> None:
        self.gain = 1.0
        self._gain_db = 0.0
        self._wanted = 0.0
        self._power: float | None = None

    def measure(self, level: float) -> None:
        """Include one frame of talk with this level in dBFS in the average."""
        power = 10 ** (level / 10)
        self._power = power if self._power is None else self._power * MEMORY + power * (1 - MEMORY)
        self._wanted = min(max(WANTED - 10 * math.log10(self._power), -REACH), REACH)

    def advance(self, floor: float) -> float:
        """Return the linear gain for the next frame, with or without talk; `floor` is the noise
        level in dBFS."""
        wanted = min(self._wanted, max(NOISE - floor, 0.0))
        step = min(max(wanted - self._gain_db, -SLEW), SLEW)
        if step:
            self._gain_db += step
            self.gain = 10 ** (self._gain_db / 20)
        return self.gain
