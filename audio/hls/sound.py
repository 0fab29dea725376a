"""The sound of one Space without gaps, from the packets of its stream.

An origin sends almost nothing in silence, packets are lost, and an origin may die. The sound must
last exactly as long as it took in reality, so each gap becomes silence of its length.
"""

import time
from collections.abc import Callable

import numpy as np

from audio.mixing.channels import STEREO
from audio.mixing.opus import FRAME, RATE, Decoder, Pcm, samples_in

HOLD = (
    0.6  # seconds without a packet after which silence is written; in silence, one comes in 0.4 s
)
MAX_CONCEALED = 5  # frames; a longer loss is silence
MAX_GAP = 60 * RATE  # samples; a larger step of the timestamps is not a gap
MONO_AFTER = 100  # mono packets in a row, after which the sound is no longer stereo

_STEREO_FLAG = 0x04  # of the TOC byte (RFC 6716, section 3.1)
_WRAP = 1 << 32


class ContinuousSound:
    """Decodes packets, and calls `write` with frames of shape (samples, 2).

    Within one stream, gaps are measured by RTP timestamps; without packets, by the clock.
    """

    def __init__(
        self, write: Callable[[Pcm], None], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.is_stereo = False  # whether the Space sends stereo (music mode)
        self._write, self._clock = write, clock
        self._decoder = Decoder(channels=STEREO)
        self._next: int | None = None  # the timestamp that follows what was written
        self._arrived: float | None = None  # the moment of the last packet
        self._silence_since = 0  # samples of silence that were written after it
        self._mono_packets = 0

    @property
    def has_begun(self) -> bool:
        return self._arrived is not None

    def restart(self) -> None:
        """Expect a stream with other timestamps, which continues at the moment of its arrival."""
        self._next = None
        self._decoder.reset()

    def receive(self, payload: bytes, timestamp: int, missing: int) -> None:
        """Take the next packet of the stream. `missing` packets before it are lost."""
        samples = samples_in(payload)
        if not samples:
            return
        now = self._clock()
        gap = self._gap_before(timestamp, now)
        if gap < 0:  # silence was written for its time already
            return
        self._note_channels(payload)
        self._fill(gap, payload, missing)
        self._write(self._decode(payload, samples))
        self._next = (timestamp + samples) % _WRAP
        self._arrived, self._silence_since = now, 0

    def advance(self, now: float) -> None:
        """Write silence if no packet has come for some time."""
        if self._arrived is None:
            return
        silence = self._elapsed(now - HOLD)
        if silence > 0:
            self._write_silence(silence)
            self._silence_since += silence
            if self._next is not None:
                self._next = (self._next + silence) % _WRAP

    def _gap_before(self, timestamp: int, now: float) -> int:
        """Return the samples between what was written and this timestamp."""
        if self._next is not None:
            gap = (timestamp - self._next + _WRAP // 2) % _WRAP - _WRAP // 2
            if abs(gap) <= MAX_GAP:
                return gap
        return max(0, self._elapsed(now))

    def _elapsed(self, until: float) -> int:
        """Return how many samples, in whole frames, are missing until this moment."""
        if self._arrived is None:
            return 0
        frames = int((until - self._arrived) * RATE / FRAME)
        return frames * FRAME - self._silence_since

    def _fill(self, gap: int, payload: bytes, missing: int) -> None:
        frames = gap // FRAME
        if missing and 0 < frames <= MAX_CONCEALED:
            for _ in range(frames - 1):
                self._write(self._decoder.conceal(FRAME))
            self._write(self._decoder.recover(payload, FRAME))
            gap -= frames * FRAME
        self._write_silence(gap)

    def _decode(self, payload: bytes, samples: int) -> Pcm:
        if len(payload) == 1:  # without content: silence
            return np.zeros((samples, STEREO), np.float32)
        return self._decoder.decode(payload, samples)

    def _write_silence(self, samples: int) -> None:
        while samples > 0:
            length = min(samples, FRAME)
            self._write(np.zeros((length, STEREO), np.float32))
            samples -= length

    def _note_channels(self, payload: bytes) -> None:
        """An encoder may choose mono for a moment of music, so wait until it stays mono."""
        if payload[0] & _STEREO_FLAG:
            self.is_stereo, self._mono_packets = True, 0
        elif self.is_stereo:
            self._mono_packets += 1
            self.is_stereo = self._mono_packets < MONO_AFTER
