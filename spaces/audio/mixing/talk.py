"""The talk detector: is this person talking? Quick to say yes, slow to say no."""

from spaces.audio.mixing.opus import FRAME, RATE

QUIETEST = -45.0  # dBFS: below this nobody talks, whatever the room is like
LOUDEST_FLOOR = -42.0  # dBFS: a steady sound above this is a voice or a tone, not a background
ABOVE_FLOOR = 8.0  # dB
FLOOR_RISE = 0.1  # dB a frame: 5 dB/s
ONSET = 3  # frames: a click is shorter
HANGOVER = round(0.4 * RATE / FRAME)  # frames: a breath between words is not the end


class TalkDetector:
    def __init__(self) -> None:
        self.talking = False
        self._floor = LOUDEST_FLOOR - ABOVE_FLOOR
        self._loud = 0
        self._quiet = 0

    def hear(self, level: float) -> bool:
        """One 20 ms frame with this level in dBFS (RMS); returns whether they talk now."""
        loud = level > max(QUIETEST, self._floor + ABOVE_FLOOR)
        self._floor = min(level, self._floor + FLOOR_RISE, LOUDEST_FLOOR - ABOVE_FLOOR)
        if loud:
            self._loud += 1
            self._quiet = 0
            if self._loud >= ONSET:
                self.talking = True
        else:
            self._loud = max(self._loud - 1, 0)
            self._quiet += 1
            if self._quiet > HANGOVER:
                self.reset()
        return self.talking

    def reset(self) -> None:
        self.talking = False
        self._loud = self._quiet = 0
