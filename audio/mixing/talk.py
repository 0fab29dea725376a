"""The talk detector: is this person talking? Quick to say yes, slow to say no.

Talk is louder than the noise of the room around it, and begins with something periodic: a voice, or
a tone. Noise is neither, however loud. The floor of the noise is the quietest moment of the last
second: whoever talks pauses that often, noise does not. Sounds that are periodic hardly raise it.
"""

from collections import deque

from audio.mixing.levels import SILENCE_DB
from audio.mixing.opus import FRAME, RATE, Pcm
from audio.mixing.periodicity import Periodicity

QUIETEST = -58.0  # dBFS: below this nobody talks, whatever the room is like
ABOVE_FLOOR = 8.0  # dB
FIRST_FLOOR = -60.0  # dBFS: before anything is known of the room
HUM = -50.0  # dBFS: a steady periodic sound above this is a voice or a tone, not a background
HUM_RISE = 1.0  # dB a second
PERIODIC = 0.5  # of Periodicity
ONSET = 3  # frames: a click is shorter
VOICED = 2  # periodic frames with which talk begins
HANGOVER = round(0.4 * RATE / FRAME)  # frames: a breath between words is not the end
SECOND = RATE // FRAME  # frames
BURSTS = 3  # sounds as short as syllables make a whisper, which has no pitch
BURST = 14.0  # dB above the floor
DIP = 10.0  # dB below the loudest of a burst: the next may begin
WHISPER = round(1.5 * RATE / FRAME)  # frames within which they come


class TalkDetector:
    def __init__(self) -> None:
        self.talking = False
        self.loud = False  # whether the last frame stood out of the noise
        self.floor = FIRST_FLOOR  # dBFS of the noise
        self._levels = deque([FIRST_FLOOR], maxlen=SECOND)
        self._periodicity = Periodicity()
        self._loud = self._quiet = self._voiced = 0  # frames
        self._bursts: list[int] = []  # how many frames ago each began
        self._peak = SILENCE_DB  # the loudest of this burst

    def hear(self, frame: Pcm, level: float) -> bool:
        """One 20 ms frame with this level in dBFS (RMS); returns whether they talk now."""
        periodic = level > QUIETEST and self._periodicity.of(frame) > PERIODIC
        self.loud = level > max(QUIETEST, self.floor + ABOVE_FLOOR)
        self._follow_floor(level, periodic)
        if self.loud:
            self._hear_loud(level, periodic)
        else:
            self.hear_nothing()
        if level < self._peak - DIP:
            self._peak = SILENCE_DB
        return self.talking

    def hear_nothing(self) -> None:
        """20 ms of which nothing came: they tell nothing of the room."""
        self.loud = False
        self._age_bursts()
        self._loud = max(self._loud - 1, 0)
        if not self._loud:
            self._voiced = 0
        self._quiet += 1
        if self._quiet > HANGOVER:
            self.talking = False

    def reset(self) -> None:
        """They fell silent; the room around them is still the same."""
        self.talking = self.loud = False
        self._loud = self._quiet = self._voiced = 0
        self._bursts = []
        self._peak = SILENCE_DB

    def _follow_floor(self, level: float, periodic: bool) -> None:
        if periodic:
            level = min(level, max(self.floor, min(self.floor + HUM_RISE, HUM)))
        self._levels.append(level)
        self.floor = min(self._levels)

    def _hear_loud(self, level: float, periodic: bool) -> None:
        self._age_bursts()
        self._loud += 1
        self._quiet = 0
        self._voiced += periodic
        if self._loud < ONSET:
            return
        if level > self.floor + BURST:
            if self._peak == SILENCE_DB:
                self._bursts.append(0)
            self._peak = max(self._peak, level)
        if self._voiced >= VOICED or len(self._bursts) >= BURSTS:
            self.talking = True

    def _age_bursts(self) -> None:
        self._bursts = [age + 1 for age in self._bursts if age < WHISPER]
