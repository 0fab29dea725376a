"""The talk detector (VAD): quick to detect that a person talks, slow to decide that they stopped.

Talk is louder than the background noise and begins with a periodic sound (a voice or a tone)
or with the bursts of a whisper. Noise is not periodic, however loud it is. The noise floor is the
lowest level of the last second, because talk has at least one pause per second and noise has none.
Periodic sounds raise the floor only slowly.
"""

from collections import deque

from audio.mixing.levels import SILENCE_DB
from audio.mixing.opus import FRAME, RATE, Pcm
from audio.mixing.periodicity import Periodicity

QUIETEST = -58.0  # dBFS: sound below this is never talk
ABOVE_FLOOR = 8.0  # dB above the noise floor that talk must reach
FIRST_FLOOR = -60.0  # dBFS: the noise floor until it has been measured
HUM = -50.0  # dBFS: a steady periodic sound below this may be background noise (hum)
HUM_RISE = 1.0  # dB per second
PERIODIC = 0.5  # periodicity from which a frame counts as periodic
ONSET = 3  # loud frames needed for talk; a click is shorter
VOICED = 2  # periodic frames needed for talk other than a whisper
HANGOVER = round(0.4 * RATE / FRAME)  # frames: a pause for breath does not end talk
SECOND = RATE // FRAME  # frames
BURSTS = 3  # bursts, as short as syllables, needed for a whisper, which has no pitch
BURST = 14.0  # dB above the noise floor that a burst must reach
DIP = 10.0  # dB below its peak at which a burst ends
WHISPER = round(1.5 * RATE / FRAME)  # frames within which the bursts of a whisper must begin


class TalkDetector:
    def __init__(self) -> None:
        self.talking = False
        self.loud = False  # whether the last frame was louder than the noise
        self.floor = FIRST_FLOOR  # dBFS: the noise floor
        self._levels = deque([FIRST_FLOOR], maxlen=SECOND)
        self._periodicity = Periodicity()
        self._loud = self._quiet = self._voiced = 0  # frames
        self._bursts: list[int] = []  # how many frames ago each burst began
        self._peak = SILENCE_DB  # dBFS: the peak of the current burst

    @property
    def is_settled(self) -> bool:
        """Return True if further gaps change nothing."""
        return not (self.talking or self.loud or self._loud or self._bursts)

    def process(self, frame: Pcm, level: float) -> bool:
        """Process a 20 ms frame with this level in dBFS (RMS); return True if the person talks."""
        periodic = level > QUIETEST and self._periodicity.of(frame) > PERIODIC
        self.loud = level > max(QUIETEST, self.floor + ABOVE_FLOOR)
        self._follow_floor(level, periodic)
        if self.loud:
            self._process_loud(level, periodic)
        else:
            self.process_gap()
        if level < self._peak - DIP:
            self._peak = SILENCE_DB
        return self.talking

    def process_gap(self) -> None:
        """Process 20 ms without sound; this does not change the noise floor."""
        self.loud = False
        self._age_bursts()
        self._loud = max(self._loud - 1, 0)
        if not self._loud:
            self._voiced = 0
        self._quiet += 1
        if self._quiet > HANGOVER:
            self.talking = False

    def reset(self) -> None:
        """End the talk; the noise floor stays."""
        self.talking = self.loud = False
        self._loud = self._quiet = self._voiced = 0
        self._bursts = []
        self._peak = SILENCE_DB

    def _follow_floor(self, level: float, periodic: bool) -> None:
        if periodic:
            level = min(level, max(self.floor, min(self.floor + HUM_RISE, HUM)))
        self._levels.append(level)
        self.floor = min(self._levels)

    def _process_loud(self, level: float, periodic: bool) -> None:
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
