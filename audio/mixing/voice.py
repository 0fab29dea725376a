"""One person's voice in the mix: playout, talk detection, gain control and noise gate."""

from collections import deque
from typing import Protocol

import numpy as np

from audio.mixing.channels import MONO, STEREO, along, channels_of, with_channels
from audio.mixing.fades import FADE_IN, FADE_OUT
from audio.mixing.gain_control import AutomaticGainControl
from audio.mixing.levels import level_of
from audio.mixing.opus import FRAME, Pcm
from audio.mixing.playout import Playout
from audio.mixing.talk import TalkDetector

FULL_SCALE_DB = 0.0  # valid sound is never louder than this
QUIET_DB = -50.0  # a frame below this may be skipped or repeated inaudibly
AUDIBLE_DB = -60.0  # a frame below this does not open the noise gate
OPEN_FOR = 15  # frames for which the noise gate stays open after the last audible frame
TAKEOVER = 0.5  # seconds without packets after which a former SSRC of the person may return
FORMER = 8  # former SSRCs that are remembered

_RAMP = np.linspace(0.0, 1.0, FRAME, dtype=np.float32)


class Packet(Protocol):
    """The fields of an RTP packet that `Voice` needs (RFC 3550, section 5.1)."""

    @property
    def sequence_number(self) -> int: ...
    @property
    def timestamp(self) -> int: ...
    @property
    def ssrc(self) -> int: ...
    @property
    def payload(self) -> bytes: ...


class Voice:
    def __init__(self, *, music: bool = False) -> None:
        self.playout = Playout(channels=STEREO if music else MONO)
        self._music = music
        self._talk = TalkDetector()
        self._gain_control = AutomaticGainControl()
        self._ssrc: int | None = None
        self._former: deque[int] = deque(maxlen=FORMER)
        self._arrived = 0.0
        self._open = 0  # frames for which the noise gate stays open
        self._gain = 0.0  # the gain at the end of the last frame
        self._tail: Pcm | None = None  # the fade-out of sound that was cut off

    @property
    def talking(self) -> bool:
        return self._talk.talking

    @property
    def music(self) -> bool:
        """Return True in music mode: stereo, without gain control and noise gate."""
        return self._music

    @music.setter
    def music(self, music: bool) -> None:
        if music != self._music:
            self._cut()
            self._music = music
            self.playout.channels = STEREO if music else MONO

    @property
    def is_settled(self) -> bool:
        """Return True if `pull` returns silence and changes nothing until there is a packet."""
        silent = self._tail is None and not self._open and not self._gain
        return silent and self.playout.is_empty and self._talk.is_settled

    def push(self, packet: Packet, arrived: float) -> None:
        if packet.ssrc != self._ssrc and not self._take_over(packet.ssrc, arrived):
            return
        self._arrived = arrived
        self.playout.push(packet.sequence_number, packet.timestamp, packet.payload, arrived)

    def pull(self, now: float) -> Pcm | None:
        """Return the next frame after gain control; None for silence. `now` is on the same clock as
        the arrival times given to `push`."""
        frame = self.playout.read(now)
        if frame is None:
            self._talk.process_gap()
            self._cut()
            return self.take_tail()
        level = level_of(frame)
        if not level <= FULL_SCALE_DB:  # true for NaN, too
            frame = clean(frame)
            level = level_of(frame)
        if level < QUIET_DB:
            frame = self.playout.adapt(frame)
        talks = self._talk.process(with_channels(frame, MONO), level)
        gain = 1.0 if self._music else self._adjust_gain(level, talks=talks)
        return self._with_tail(self._scale(frame, gain))

    def silence(self) -> None:
        """Discard everything received so far; `take_tail` returns a fade-out of the sound."""
        self._cut()
        self.playout = Playout(channels=self.playout.channels)
        self._talk.reset()

    def take_tail(self) -> Pcm | None:
        """Remove and return the fade-out of sound that was cut off (20 ms)."""
        tail, self._tail = self._tail, None
        return tail

    def _take_over(self, ssrc: int, arrived: float) -> bool:
        """Switch to a new SSRC. Return False for late packets of an SSRC that was replaced."""
        if ssrc in self._former and arrived - self._arrived < TAKEOVER:
            return False
        if self._ssrc is not None:
            self._former.append(self._ssrc)
            self._cut()
            self.playout = Playout(channels=self.playout.channels)
        self._ssrc = ssrc
        return True

    def _adjust_gain(self, level: float, *, talks: bool) -> float:
        """Return the gain for this frame; 0 while the noise gate is closed."""
        if talks and self._talk.loud:
            self._gain_control.measure(level)
        gain = self._gain_control.advance(self._talk.floor)
        if level > AUDIBLE_DB:
            self._open = OPEN_FOR
        elif self._open:
            self._open -= 1
        return gain if self._open else 0.0

    def _cut(self) -> None:
        """Cut off the sound, perhaps in the middle of a word, and store a fade-out of it."""
        if self._gain:
            self._tail = self._with_tail(shape(clean(self.playout.tail()), self._gain * FADE_OUT))
        self._open = 0
        self._gain = 0.0

    def _with_tail(self, part: Pcm | None) -> Pcm | None:
        tail = self.take_tail()
        if tail is None or part is None:
            return part if tail is None else tail
        return part + with_channels(tail, channels_of(part))

    def _scale(self, frame: Pcm, gain: float) -> Pcm | None:
        """Apply the gain: with a fade from or to silence, otherwise with a linear ramp from the
        gain of the last frame. Return None for silence."""
        before, self._gain = self._gain, gain
        if before == gain:
            return frame * np.float32(gain) if gain else None
        if not before:
            return shape(frame, gain * FADE_IN)
        return shape(frame, before + (gain - before) * (_RAMP if gain else 1 - FADE_OUT))


def shape(frame: Pcm, curve: Pcm) -> Pcm:
    return frame * along(curve, frame)


def clean(frame: Pcm) -> Pcm:
    """Replace NaN and clip to full scale, because hostile packets may decode to anything."""
    return np.clip(np.nan_to_num(frame), -1.0, 1.0)
