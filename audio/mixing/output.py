"""An output: a limiter and an encoder that produce one continuous stream of packets."""

from dataclasses import replace

import numpy as np

from audio.mixing.channels import MONO, STEREO, with_channels
from audio.mixing.limiter import Limiter
from audio.mixing.opus import FRAME, Encoder, EncoderSettings, Pcm

STEADY_AFTER = 10  # silent frames after which an encoder's packets stay the same

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
        self._last = b""
        self._silent_for = 0
        self.packet(before)

    def packet(self, sound: Pcm | None) -> bytes:
        """Encode the next 20 ms; None is silence. During long silence, return the same packet each
        time, so that silent rooms need almost no processor time."""
        self._silent_for = self._silent_for + 1 if sound is None else 0
        if self._silent_for <= STEADY_AFTER:
            if sound is None:
                sound = _SILENCE[self._channels]
            limited = self._limiter.limit(with_channels(sound, self._channels))
            self._last = self._encoder.encode(limited)
        return self._last

    def expect_loss(self, fraction: float) -> None:
        self._encoder.expect_loss(fraction)
