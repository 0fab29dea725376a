"""One continuous stream of packets: a limiter and an encoder."""

from dataclasses import replace

import numpy as np

from audio.mixing.channels import MONO, STEREO, with_channels
from audio.mixing.limiter import Limiter
from audio.mixing.opus import FRAME, Encoder, EncoderSettings, Pcm

SETTLING = 10  # frames after which an encoder's state of silence changes no more

_SILENCE: dict[int, Pcm] = {
    MONO: np.zeros(FRAME, np.float32),
    STEREO: np.zeros((FRAME, STEREO), np.float32),
}


class Output:
    """`before` is the frame that its receivers heard last, by another encoder: it makes the change
    of encoders inaudible."""

    def __init__(self, settings: EncoderSettings, *, loss: float, before: Pcm | None) -> None:
        self._encoder = Encoder(replace(settings, loss=loss))
        self._channels = settings.channels
        self._limiter = Limiter()
        self._last = b""
        self._silent_for = 0
        self.packet(before)

    def packet(self, sound: Pcm | None) -> bytes:
        """The next 20 ms; None is silence. A silence that lasts is one packet over and over, so
        that silent rooms cost nearly nothing."""
        self._silent_for = self._silent_for + 1 if sound is None else 0
        if self._silent_for <= SETTLING:
            if sound is None:
                sound = _SILENCE[self._channels]
            limited = self._limiter.limit(with_channels(sound, self._channels))
            self._last = self._encoder.encode(limited)
        return self._last

    def expect_loss(self, fraction: float) -> None:
        self._encoder.expect_loss(fraction)
