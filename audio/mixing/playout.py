"""Playout: turns the packets of one stream into a steady sequence of 20 ms frames."""

import numpy as np

from audio.mixing.channels import MONO, with_channels
from audio.mixing.jitter_buffer import TOO_SHORT, Action, JitterBuffer, Segment
from audio.mixing.libopus import OpusError
from audio.mixing.opus import FRAME, RATE, Decoder, Pcm, samples_in
from audio.mixing.stretch import NEEDED, lengthen, shorten
from audio.mixing.timestamps import Timestamps

TOO_LONG = 0.020  # seconds above the target from which a frame is skipped in a pause
MUCH_TOO_LONG = 0.060  # seconds above the target from which the voice itself is shortened
CALM = 5  # frames to wait between two changes of the voice itself
DRAINED = -0.004  # seconds; if the delay is this far below the target, packets will soon be late
DRAINED_FOR = 100  # frames that the delay may be drained before the voice itself is lengthened
PAUSE = 5  # quiet frames in a row are a pause between words; the silence in a "t" is shorter


class Playout:
    def __init__(self, *, channels: int = MONO) -> None:
        self.jitter = JitterBuffer()
        self._timestamps = Timestamps()
        self._channels = channels
        self._decoder = Decoder(channels=channels)
        self._sound = _zeros(channels)  # decoded, not yet played
        self._before: Pcm | None = None  # the last frame played
        self._calm = 0
        self._drained = 0  # frames in a row
        self._frames = 0  # frames read so far
        self._now = 0.0  # when the last frame was read
        self._pause = 0  # quiet frames in a row
        self._quiet_until = 0  # number of the last quiet frame

    def push(self, sequence_number: int, timestamp: int, payload: bytes, arrived: float) -> None:
        """Add an RTP packet; `arrived` is in monotonic seconds."""
        samples = samples_in(payload)
        if samples:  # otherwise the jitter buffer counts it as malformed
            timestamp = self._timestamps.position(sequence_number, timestamp, samples, arrived)
        self.jitter.push(timestamp, payload, arrived)

    def read(self, now: float) -> Pcm | None:
        """Return the next frame, to be played at `now`; None while nothing is received."""
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
        self.jitter.unplayed = len(self._sound)
        if 0 < len(frame) < FRAME:
            frame = self._continue(frame)
        self._before = frame if len(frame) else None
        return self._before

    @property
    def is_empty(self) -> bool:
        """Return True if there is nothing to play."""
        return self.jitter.is_empty and not len(self._sound)

    @property
    def channels(self) -> int:
        """Return the number of channels of the frames, whatever the packets contain."""
        return self._channels

    @channels.setter
    def channels(self, channels: int) -> None:
        """Continue the stream with a new decoder; this may be audible."""
        self._channels = channels
        self._decoder = Decoder(channels=channels)
        self._sound = with_channels(self._sound, channels)
        self._before = None

    def tail(self) -> Pcm:
        """Return the sound of one more frame, to fade it out; buffered packets are not used."""
        return self._continue(self._sound[:FRAME])

    def adapt(self, quiet: Pcm) -> Pcm:
        """Bring the delay closer to the target by skipping or repeating a quiet frame, which is
        inaudible in a pause; return the frame to play."""
        self._pause = self._pause + 1 if self._quiet_until == self._frames - 1 else 1
        self._quiet_until = self._frames
        if self._pause < PAUSE:
            return quiet
        if self.jitter.surplus > TOO_LONG and self.jitter.buffered:
            self.jitter.stretched(-FRAME)
            following = self.read(self._now)
            return quiet if following is None else following
        if self.jitter.surplus < TOO_SHORT:
            self.jitter.stretched(FRAME)
            self._sound = np.concatenate((quiet, self._sound))
            self.jitter.unplayed = len(self._sound)
        return quiet

    def _continue(self, sound: Pcm) -> Pcm:
        """Return a whole frame that begins with `sound`."""
        return np.concatenate((sound, self._decode(Segment(Action.CONCEAL, FRAME))))[:FRAME]

    def _compress(self) -> None:
        self._calm = CALM
        if self.jitter.buffered * RATE < NEEDED:
            return
        self._fill(max(NEEDED, FRAME))
        if len(self._sound) >= NEEDED:
            before = len(self._sound)
            self._sound = shorten(self._sound)
            self.jitter.stretched(len(self._sound) - before)

    def _is_drained(self) -> bool:
        """Return True if the delay has been too short for long, without a pause in which it could
        be lengthened, because the sender's clock is slow. Decoded samples beyond whole frames do
        not give packets more time."""
        slack = self.jitter.surplus - self.jitter.unplayed % FRAME / RATE
        self._drained = self._drained + 1 if slack < DRAINED else 0
        return self._drained > DRAINED_FOR

    def _lengthen(self) -> None:
        """Play a pitch period twice, so that the buffer does not run empty."""
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
        except OpusError:  # the header was valid, but the content is not
            return _zeros(self._channels, segment.samples)


def _zeros(channels: int, samples: int = 0) -> Pcm:
    return np.zeros(samples if channels == MONO else (samples, channels), np.float32)
