"""One stream's way from packets to a steady flow of 20 ms frames."""

import numpy as np

from audio.mixing.channels import MONO, with_channels
from audio.mixing.jitter import TOO_SHORT, Action, JitterBuffer, Segment
from audio.mixing.libopus import OpusError
from audio.mixing.opus import FRAME, RATE, Decoder, Pcm, samples_in
from audio.mixing.stretch import NEEDED, lengthen, shorten
from audio.mixing.timestamps import Timestamps

TOO_LONG = 0.020  # seconds of wait beyond the target: skip a frame when it is quiet
MUCH_TOO_LONG = 0.060  # seconds: compress the voice itself
CALM = 5  # frames between two changes of the voice itself
DRAINED = -0.004  # seconds of wait below the target: soon packets come too late
PATIENCE = 100  # frames that the wait may be drained before the voice is lengthened for it
PAUSE = 5  # quiet frames in a row: a pause between words, not the closure within a "t"


class Playout:
    def __init__(self, *, channels: int = MONO) -> None:
        self.jitter = JitterBuffer()
        self._timestamps = Timestamps()
        self._channels = channels
        self._decoder = Decoder(channels=channels)
        self._sound = _nothing(channels)  # decoded, not yet played
        self._before: Pcm | None = None  # the last frame played
        self._calm = 0
        self._drained = 0  # frames in a row
        self._frames = 0  # read so far
        self._now = 0.0  # when the last one was read
        self._pause = 0  # quiet frames in a row
        self._quiet_until = 0  # in frames read

    def push(self, sequence_number: int, timestamp: int, payload: bytes, arrived: float) -> None:
        """Take an RTP packet in; `arrived` is in monotonic seconds."""
        samples = samples_in(payload)
        if samples:  # else it is counted as malformed
            timestamp = self._timestamps.place(sequence_number, timestamp, samples, arrived)
        self.jitter.push(timestamp, payload, arrived)

    def read(self, now: float) -> Pcm | None:
        """The next frame, to be heard at `now`; None while nothing comes in."""
        self._now = now
        self._frames += 1
        if not self.jitter.advance(now) and not len(self._sound):
            return None
        if self._calm:
            self._calm -= 1
        elif self.jitter.surplus > MUCH_TOO_LONG:
            self._compress()
        elif self._is_drained():
            self._lengthen()
        self._fill(FRAME)
        frame, self._sound = self._sound[:FRAME], self._sound[FRAME:]
        self.jitter.held = len(self._sound)
        if 0 < len(frame) < FRAME:
            frame = self._continue(frame)
        self._before = frame if len(frame) else None
        return self._before

    @property
    def channels(self) -> int:
        """What is decoded to, whatever the packets hold."""
        return self._channels

    @channels.setter
    def channels(self, channels: int) -> None:
        """Go on in the same stream; the decoder starts over, so the sound has a seam."""
        self._channels = channels
        self._decoder = Decoder(channels=channels)
        self._sound = with_channels(self._sound, channels)
        self._before = None

    def tail(self) -> Pcm:
        """How the sound would go on for a frame, without what is not decoded: to fade it out."""
        return self._continue(self._sound[:FRAME])

    def settle(self, quiet: Pcm) -> Pcm:
        """In a pause a frame more or less is not heard: come nearer to the target."""
        self._pause = self._pause + 1 if self._quiet_until == self._frames - 1 else 1
        self._quiet_until = self._frames
        if self._pause < PAUSE:
            return quiet
        if self.jitter.surplus > TOO_LONG and self.jitter.waiting:
            self.jitter.stretched(-FRAME)
            following = self.read(self._now)
            return quiet if following is None else following
        if self.jitter.surplus < TOO_SHORT:
            self.jitter.stretched(FRAME)
            self._sound = np.concatenate((quiet, self._sound))
            self.jitter.held = len(self._sound)
        return quiet

    def _continue(self, sound: Pcm) -> Pcm:
        """A whole frame that begins with `sound`."""
        return np.concatenate((sound, self._decode(Segment(Action.CONCEAL, FRAME))))[:FRAME]

    def _compress(self) -> None:
        self._calm = CALM
        if self.jitter.waiting * RATE < NEEDED:
            return
        self._fill(max(NEEDED, FRAME))
        if len(self._sound) >= NEEDED:
            before = len(self._sound)
            self._sound = shorten(self._sound)
            self.jitter.stretched(len(self._sound) - before)

    def _is_drained(self) -> bool:
        """Whether the wait has been too short for long, and no pause came in which to lengthen it:
        the sender's clock is slow. What is held beyond whole frames lets nobody come later."""
        slack = self.jitter.surplus - self.jitter.held % FRAME / RATE
        self._drained = self._drained + 1 if slack < DRAINED else 0
        return self._drained > PATIENCE

    def _lengthen(self) -> None:
        """Play a period of the voice twice, before there is nothing left to play."""
        self._calm = CALM
        self._fill(FRAME)
        if self._before is not None and len(self._sound) >= FRAME:
            before = len(self._sound)
            self._sound = lengthen(self._before, self._sound)
            self.jitter.stretched(len(self._sound) - before)

    def _fill(self, samples: int) -> None:
        while len(self._sound) < samples:
            segment = self.jitter.take()
            if segment is None:
                return
            more = self._decode(segment)
            self._sound = np.concatenate((self._sound, more)) if len(self._sound) else more

    def _decode(self, segment: Segment) -> Pcm:
        try:
            match segment.action:
                case Action.DECODE:
                    return self._decoder.decode(segment.packet, segment.samples)
                case Action.RECOVER:
                    return self._decoder.recover(segment.packet, segment.samples)
                case Action.CONCEAL:
                    return self._decoder.conceal(segment.samples, tick=self._now)
        except OpusError:  # nonsense inside a packet whose header was sound
            return _nothing(self._channels, segment.samples)


def _nothing(channels: int, samples: int = 0) -> Pcm:
    return np.zeros(samples if channels == MONO else (samples, channels), np.float32)
