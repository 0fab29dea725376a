"""An Opus encoder and decoder (RFC 6716) that call libopus.

Sound is float32 in [-1, 1] at 48 kHz, of shape (samples,) for mono and (samples, 2) for stereo.
"""

import ctypes as c
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from audio.mixing.concealment import NEURAL_COMPLEXITY, NeuralLimit
from audio.mixing.libopus import check, chosen, lib

RATE = 48_000
FRAME = 960  # samples in 20 ms
MAX_SAMPLES = 5_760  # in the longest packet, of 120 ms (RFC 6716, section 2.1.4)
MAX_FRAMES = 48  # in one packet: 120 ms of frames of 2.5 ms
MAX_FRAME_BYTES = 1_275  # of one frame of up to 20 ms (RFC 6716, section 3.4)
FRAME_LENGTHS = (120, 240, 480, 960, 1_920, 2_880)  # samples in one frame: 2.5 to 60 ms

Pcm = npt.NDArray[np.float32]

_SET_BITRATE = 4002
_SET_COMPLEXITY = 4010
_SET_INBAND_FEC = 4012
_SET_PACKET_LOSS_PERC = 4014
_RESET_STATE = 4028

_neural_limit = NeuralLimit()


class Application(IntEnum):
    """The kind of sound that an encoder is tuned for (OPUS_SET_APPLICATION)."""

    VOICE = 2048  # intelligible speech; only voice is likely to carry FEC
    AUDIO = 2049  # music, close to the original


@dataclass(frozen=True, slots=True)
class EncoderSettings:
    """How a stream is encoded. Derive variants with `dataclasses.replace`."""

    bitrate: int = 40_000  # bits per second
    channels: int = 1
    application: Application = Application.VOICE
    complexity: int = 5  # 0 to 10
    fec: bool = True  # in-band FEC (LBRR): each packet carries a coarse copy of the previous one
    loss: float = 0.05  # the expected share of lost packets; more means more bits for FEC


def samples_in(packet: bytes) -> int:
    """Return how many samples the packet contains, from its header; 0 if it is not Opus."""
    samples = int(lib.opus_packet_get_nb_samples(packet, len(packet), RATE))
    return samples if 0 < samples <= MAX_SAMPLES else 0


def has_redundancy(packet: bytes) -> bool:
    """Return True if the packet carries a copy of the previous one (LBRR: RFC 6716, section
    4.2.4)."""
    if not packet or packet[0] & 0x80:  # CELT-only mode has no LBRR
        return False
    frames, sizes = (c.c_void_p * MAX_FRAMES)(), (c.c_int16 * MAX_FRAMES)()
    if lib.opus_packet_parse(packet, len(packet), None, frames, sizes, None) < 1 or not sizes[0]:
        return False
    first = c.string_at(frames[0] or 0, 1)[0]
    silk_frames = max(1, samples_per_frame(packet) // FRAME)
    redundant = first >> (7 - silk_frames) & 1  # follows one VAD flag per SILK frame
    if packet[0] & 0x04:  # stereo: the flags of the side channel follow
        redundant |= first >> (6 - 2 * silk_frames) & 1
    return bool(redundant)


def samples_per_frame(packet: bytes) -> int:
    """Return how many samples each frame of a packet contains; a packet may have several frames."""
    return int(lib.opus_packet_get_samples_per_frame(packet, RATE))


class Encoder:
    """Encodes frames of sound, each to one packet."""

    def __init__(self, settings: EncoderSettings | None = None) -> None:
        self.settings = settings or EncoderSettings()
        error = c.c_int()
        self._state = lib.opus_encoder_create(
            RATE, self.settings.channels, self.settings.application, c.byref(error)
        )
        check(error.value)
        self._out = c.create_string_buffer(MAX_FRAME_BYTES * FRAME_LENGTHS[-1] // FRAME)
        self._set(_SET_BITRATE, self.settings.bitrate)
        self._set(_SET_COMPLEXITY, self.settings.complexity)
        self._set(_SET_INBAND_FEC, self.settings.fec)
        self.expect_loss(self.settings.loss)

    def encode(self, pcm: Pcm) -> bytes:
        """Encode one frame: 20 ms in the engine, but any of `FRAME_LENGTHS` is allowed."""
        samples = len(pcm)
        shape = (samples,) if self.settings.channels == 1 else (samples, self.settings.channels)
        if (
            samples not in FRAME_LENGTHS
            or pcm.shape != shape
            or pcm.dtype != np.float32
            or not pcm.flags.c_contiguous
        ):
            raise ValueError(
                f"a frame is {FRAME} contiguous float32 samples, or one of {FRAME_LENGTHS}"
            )
        size = lib.opus_encode_float(
            self._state, pcm.ctypes.data, samples, self._out, len(self._out)
        )
        return c.string_at(self._out, check(size))

    def expect_loss(self, fraction: float) -> None:
        """Use as many bits for FEC as this share of lost packets (0 to 1) needs."""
        self._set(_SET_PACKET_LOSS_PERC, round(100 * min(max(fraction, 0.0), 1.0)))

    def set_bitrate(self, bitrate: int) -> None:
        """Continue the stream with this many bits per second."""
        self._set(_SET_BITRATE, bitrate)

    def _set(self, request: int, value: int) -> None:
        check(lib.opus_encoder_ctl(self._state, request, c.c_int(value)))

    def __del__(self) -> None:
        if state := getattr(self, "_state", None):
            lib.opus_encoder_destroy(state)


class Decoder:
    """Decodes packets to sound and conceals missing packets."""

    def __init__(self, *, channels: int = 1) -> None:
        self._channels = channels
        error = c.c_int()
        self._state = lib.opus_decoder_create(RATE, channels, c.byref(error))
        check(error.value)
        self._neural = False
        self._use_network(True)

    def decode(self, packet: bytes, samples: int) -> Pcm:
        """Decode a packet; `samples` is `samples_in(packet)`."""
        return self._decode(packet, samples, fec=0)

    def recover(self, following: bytes, samples: int) -> Pcm:
        """Decode the lost frame before `following` from its redundancy, or conceal it if there is
        none."""
        span = max(samples, samples_per_frame(following))
        return self._decode(following, span, fec=1)[-samples:]

    def conceal(self, samples: int, *, tick: float | None = None) -> Pcm:
        """Synthesise sound for a lost packet; it fades out over repeated calls. `tick` identifies
        the current tick, since neural concealment is limited per tick."""
        self._use_network(tick is None or _neural_limit.take(tick))
        return self._decode(None, samples, fec=0)

    def reset(self) -> None:
        """Reset the decoder's state, because another stream begins."""
        check(lib.opus_decoder_ctl(self._state, _RESET_STATE))

    def _use_network(self, wanted: bool) -> None:
        """Switch neural concealment on or off. It is used for mono only, since it is trained on
        speech and turns stereo into mono."""
        neural = wanted and chosen.neural and self._channels == 1
        if neural != self._neural:
            self._neural = neural
            complexity = NEURAL_COMPLEXITY if neural else 0
            check(lib.opus_decoder_ctl(self._state, _SET_COMPLEXITY, c.c_int(complexity)))

    def _decode(self, packet: bytes | None, samples: int, *, fec: int) -> Pcm:
        shape = (samples,) if self._channels == 1 else (samples, self._channels)
        pcm = np.empty(shape, np.float32)
        length = len(packet) if packet else 0
        got = check(
            lib.opus_decode_float(self._state, packet, length, pcm.ctypes.data, samples, fec)
        )
        return pcm[:got]

    def __del__(self) -> None:
        if state := getattr(self, "_state", None):
            lib.opus_decoder_destroy(state)
