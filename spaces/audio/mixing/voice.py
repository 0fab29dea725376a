"""One person's incoming sound: from RTP packets to 20 ms frames at an even loudness."""

import math
from typing import Protocol

import numpy as np

from spaces.audio.mixing.jitter import Action, JitterBuffer, Segment
from spaces.audio.mixing.loudness import LoudnessEvening
from spaces.audio.mixing.opus import FRAME, Decoder, OpusError, Pcm
from spaces.audio.mixing.talk import TalkDetector

SILENCE_DB = -90.0
AUDIBLE_DB = -60.0  # a frame below this opens nothing
OPEN_FOR = 15  # frames that a microphone stays in the mix after the last audible one
SURPLUS = (
    0.025  # seconds too much (or half of it too little) in the jitter buffer: adjust
)
TAKEOVER = (
    0.5  # seconds of silence after which a former stream of the person may come back
)

_NOTHING: Pcm = np.zeros(0, np.float32)
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
        self.jitter = JitterBuffer()
        self._decoder = Decoder()
        self._talk = TalkDetector()
        self._loudness = LoudnessEvening()
        self._sound = _NOTHING  # decoded, not yet played
        self._ssrc: int | None = None
        self._former: int | None = None
        self._arrived = 0.0
        self._open = 0
        self._gain = 0.0  # what the last frame ended with

    @property
    def talking(self) -> bool:
        return self._talk.talking

    def push(self, packet: Packet, arrived: float) -> None:
        if packet.ssrc != self._ssrc and not self._take_over(packet.ssrc, arrived):
            return
        self._arrived = arrived
        self.jitter.push(packet.timestamp, packet.payload, arrived)

    def pull(self) -> Pcm | None:
        """The next frame of the mix, evened; None when there is nothing to hear."""
        frame = self._read()
        if frame is None:
            self._talk.hear(SILENCE_DB)
            self._open = 0
            self._gain = 0.0
            return None
        level = _level(frame)
        if level < AUDIBLE_DB:
            frame = self._settle(frame)
        if self._talk.hear(level) and level > AUDIBLE_DB:
            self._loudness.hear(level)
        if level > AUDIBLE_DB:
            self._open = OPEN_FOR
        elif self._open:
            self._open -= 1
        return self._scale(frame, self._loudness.gain if self._open else 0.0)

    def silence(self) -> None:
        """Forget what has come in and what was being said."""
        self.jitter = JitterBuffer()
        self._decoder.reset()
        self._talk.reset()
        self._sound = _NOTHING
        self._open = 0
        self._gain = 0.0

    def _take_over(self, ssrc: int, arrived: float) -> bool:
        """A new stream replaces the one before; leftovers of that one are not let back in."""
        if ssrc == self._former and arrived - self._arrived < TAKEOVER:
            return False
        if self._ssrc is not None:
            self._former = self._ssrc
            self.jitter = JitterBuffer()
            self._decoder.reset()
        self._ssrc = ssrc
        return True

    def _read(self) -> Pcm | None:
        if not self.jitter.advance() and not len(self._sound):
            return None
        while len(self._sound) < FRAME:
            segment = self.jitter.take()
            if segment is None:
                break
            more = self._decode(segment)
            self._sound = (
                np.concatenate((self._sound, more)) if len(self._sound) else more
            )
        frame, self._sound = self._sound[:FRAME], self._sound[FRAME:]
        self.jitter.held = len(self._sound)
        if 0 < len(frame) < FRAME:
            frame = np.pad(frame, (0, FRAME - len(frame)))
        return frame if len(frame) else None

    def _decode(self, segment: Segment) -> Pcm:
        try:
            if segment.action is Action.DECODE:
                return self._decoder.decode(segment.packet, segment.samples)
            if segment.action is Action.RECOVER:
                return self._decoder.recover(segment.packet, segment.samples)
            return self._decoder.conceal(segment.samples)
        except OpusError:
            return np.zeros(segment.samples, np.float32)

    def _settle(self, quiet: Pcm) -> Pcm:
        """In a quiet moment one frame more or less is not heard: come nearer to the target."""
        if self.jitter.surplus > SURPLUS:
            self.jitter.stretched(-FRAME)
            return _or(self._read(), quiet)
        if self.jitter.surplus < -SURPLUS / 2:
            self.jitter.stretched(FRAME)
            self._sound = np.concatenate((quiet, self._sound))
            self.jitter.held = len(self._sound)
        return quiet

    def _scale(self, frame: Pcm, gain: float) -> Pcm | None:
        before, self._gain = self._gain, gain
        if before == gain:
            return frame * np.float32(gain) if gain else None
        return frame * (before + (gain - before) * _RAMP)


def _level(frame: Pcm) -> float:
    """RMS in dBFS."""
    power = float(np.dot(frame, frame)) / FRAME
    return 10 * math.log10(power) if power > 1e-9 else SILENCE_DB


def _or(frame: Pcm | None, instead: Pcm) -> Pcm:
    return instead if frame is None else frame
