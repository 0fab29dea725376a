"""One person's sound in the mix: whether they talk, and how loud they come out."""

from typing import Protocol

import numpy as np

from spaces.audio.mixing.levels import SILENCE_DB, level_of
from spaces.audio.mixing.loudness import LoudnessEvening
from spaces.audio.mixing.opus import FRAME, Pcm
from spaces.audio.mixing.playout import Playout
from spaces.audio.mixing.talk import TalkDetector

FULL_SCALE_DB = 0.0  # no honest sound is louder
QUIET_DB = -50.0  # a frame below this may be skipped or repeated unheard
AUDIBLE_DB = -60.0  # a frame below this opens nothing
OPEN_FOR = 15  # frames that a microphone stays in the mix after the last audible one
TAKEOVER = 0.5  # seconds of silence after which a former stream of the person may come back

_RAMP = np.linspace(0.0, 1.0, FRAME, dtype=np.float32)


class Packet(Protocol):
    """What is needed of an RTP packet (RFC 3550, section 5.1)."""

    @property
    def timestamp(self) -> int: ...
    @property
    def ssrc(self) -> int: ...
    @property
    def payload(self) -> bytes: ...


class Voice:
    def __init__(self) -> None:
        self.playout = Playout()
        self._talk = TalkDetector()
        self._loudness = LoudnessEvening()
        self._ssrc: int | None = None
        self._former: int | None = None
        self._arrived = 0.0
        self._open = 0  # frames
        self._gain = 0.0  # what the last frame ended with

    @property
    def talking(self) -> bool:
        return self._talk.talking

    def push(self, packet: Packet, arrived: float) -> None:
        if packet.ssrc != self._ssrc and not self._take_over(packet.ssrc, arrived):
            return
        self._arrived = arrived
        self.playout.jitter.push(packet.timestamp, packet.payload, arrived)

    def pull(self) -> Pcm | None:
        """The next frame of the mix, evened; None when there is nothing to hear."""
        frame = self.playout.read()
        if frame is None:
            self._talk.hear(SILENCE_DB)
            self._open = 0
            self._gain = 0.0
            return None
        level = level_of(frame)
        if not level <= FULL_SCALE_DB:  # or no number at all: hostile packets decode to anything
            frame = np.clip(np.nan_to_num(frame), -1.0, 1.0)
            level = level_of(frame)
        if level < QUIET_DB:
            frame = self.playout.settle(frame)
        if self._talk.hear(level) and level > AUDIBLE_DB:
            self._loudness.hear(level)
        if level > AUDIBLE_DB:
            self._open = OPEN_FOR
        elif self._open:
            self._open -= 1
        return self._scale(frame, self._loudness.gain if self._open else 0.0)

    def silence(self) -> None:
        """Forget what has come in and what was being said."""
        self.playout = Playout()
        self._talk.reset()
        self._open = 0
        self._gain = 0.0

    def _take_over(self, ssrc: int, arrived: float) -> bool:
        """A new stream replaces the one before; leftovers of that one are not let back in."""
        if ssrc == self._former and arrived - self._arrived < TAKEOVER:
            return False
        if self._ssrc is not None:
            self._former = self._ssrc
            self.playout = Playout()
        self._ssrc = ssrc
        return True

    def _scale(self, frame: Pcm, gain: float) -> Pcm | None:
        before, self._gain = self._gain, gain
        if before == gain:
            return frame * np.float32(gain) if gain else None
        return frame * (before + (gain - before) * _RAMP)
