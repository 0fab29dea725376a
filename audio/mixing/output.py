"""An output: a limiter and an encoder that produce one continuous stream of packets."""

from dataclasses import replace

import numpy as np

from audio.mixing.channels import MONO, STEREO, with_channels
from audio.mixing.limiter import Limiter
from audio.mixing.opus import FRAME, Encoder, EncoderSettings, Pcm

PAUSE_AFTER = 10  # silent frames that are encoded before transmission pauses
REFRESH_EVERY = 20  # frames: 400 ms, as with libopus's own DTX

_CODE = 0b11  # of the TOC byte: how many frames the packet contains (RFC 6716, section 3.1)

_SILENCE: dict[int, Pcm] = {
    MONO: np.zeros(FRAME, np.float32),
    STEREO: np.zeros((FRAME, STEREO), np.float32),
}


class Output:
    """`before` is the last frame that the receivers got from another encoder; None is silence. It
    is encoded first and its packet is discarded, which makes the switch of encoders inaudible."""

    def __init__(self, settings: EncoderSettings, *, loss: float, before: Pcm | None) -> None:
        self._encoder = Encoder(replace(settings, loss=loss))
        self._channels = settings.channels
        self._limiter = Limiter()
        self._empty = b""  # a packet of the encoder's current mode without content
        self._silent_for = 0
        self.packet(before)

    def packet(self, sound: Pcm | None) -> bytes:
        """Encode the next 20 ms; None is silence. Return b"" if no packet is to be sent.

        In long silence, transmission is discontinuous (DTX: RFC 7587, section 3.1.3): a packet
        without content is sent now and then, and the receivers generate the silence themselves.
        """
        if sound is None:
            self._silent_for += 1
            if self._silent_for > PAUSE_AFTER:
                paused = self._silent_for - PAUSE_AFTER - 1
                return b"" if paused % REFRESH_EVERY else self._empty
            sound = _SILENCE[self._channels]
        else:
            self._silent_for = 0
        limited = self._limiter.limit(with_channels(sound, self._channels))
        packet = self._encoder.encode(limited)
        self._empty = bytes([packet[0] & ~_CODE])
        return packet

    def refresh(self) -> None:
        """Let the next call of `packet` return a packet in any case, for a new receiver."""
        self._silent_for = min(self._silent_for, PAUSE_AFTER)

    def expect_loss(self, fraction: float) -> None:
        self._encoder.expect_loss(fraction)
