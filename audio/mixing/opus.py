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

_FRAMES_CODE = 0b11  # of the TOC byte (RFC 6716, section 3.1): 0 is one frame, 1 and 2 are two
_ANY_NUMBER = 3  # the next byte contains the number of frames
_SAMPLES_PER_FRAME = [
    int(lib.opus_packet_get_samples_per_frame(bytes([toc]), RATE)) for toc in range(256)
]

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
    if not packet:
        return 0
    frames = packet[0] & _FRAMES_CODE
    if frames == _ANY_NUMBER:
        frames = packet[1] & 0x3F if len(packet) > 1 else 0
    else:
        frames = 2 if frames else 1
    samples = frames * samples_per_frame(packet)
    return samples if samples <= MAX_SAMPLES else 0


def has_redundancy(packet: bytes) -> bool:
    """Return True if the packet carries a copy of the previous one (LBRR: RFC 6716, section
    4.2.4)."""
    if not packet or packet[0] & 0x80:  # CELT-only mode has no LBRR
        return False
    if packet[0] & _FRAMES_CODE:
        first = _first_byte_of_several_frames(packet)
    else:
        first = packet[1] if 1 < len(packet) <= 1 + MAX_FRAME_BYTES else None
    if first is None:
        return False
    silk_frames = max(1, samples_per_frame(packet) // FRAME)
    redundant = first >> (7 - silk_frames) & 1  # after one VAD flag per SILK frame
    if packet[0] & 0x04:  # stereo: the flags of the side channel follow
        redundant |= first >> (6 - 2 * silk_frames) & 1
    return bool(redundant)


def _first_byte_of_several_frames(packet: bytes) -> int | None:
    """Return the first byte of the first frame; None if that is empty or malformed."""
    frames, sizes = (c.c_void_p * MAX_FRAMES)(), (c.c_int16 * MAX_FRAMES)()
    if lib.opus_packet_parse(packet, len(packet), None, frames, sizes, None) < 1 or not sizes[0]:
        return None
    return c.string_at(frames[0] or 0, 1)[0]


def samples_per_frame(packet: bytes) -> int:
    """Return how many samples each frame of a packet contains; a packet may have several frames."""
    return _SAMPLES_PER_FRAME[packet[0]]


class Encoder:
    """Encodes frames of sound, each to one packet."""

    def __init__(self, settings: EncoderSettings | None = None) -> None:
        self.settings = settings or EncoderSettings()
        error = c.c_int()
        self._state = lib.opus_encoder_create(
            RATE, self.settings.channels, self.settings.application, c.byref(error)
        )
        check(error.value)
        # Fixed buffers, since finding the address of an array takes longer than copying it.
        self._in = np.zeros(FRAME_LENGTHS[-1] * self.settings.channels, np.float32)
        self._in_at = self._in.ctypes.data
        self._out = c.create_string_buffer(MAX_FRAME_BYTES * FRAME_LENGTHS[-1] // FRAME)
        self._out_at = c.addressof(self._out)
        self._set(_SET_BITRATE, self.settings.bitrate)
        self._set(_SET_COMPLEXITY, self.settings.complexity)
        self._set(_SET_INBAND_FEC, self.settings.fec)
        self.expect_loss(self.settings.loss)

    def encode(self, pcm: Pcm) -> bytes:
        """Encode one frame: 20 ms in the engine, but any of `FRAME_LENGTHS` is allowed."""
        samples = len(pcm)
        shape = (samples,) if self.settings.channels == 1 else (samples, self.settings.channels)
        if samples not in FRAME_LENGTHS or pcm.shape != shape or pcm.dtype != np.float32:
            raise ValueError(f"a frame is {FRAME} float32 samples, or one of {FRAME_LENGTHS}")
        self._in[: pcm.size] = pcm.reshape(-1)
        size = lib.opus_encode_float(
            self._state, self._in_at, samples, self._out_at, len(self._out)
        )
        return c.string_at(self._out_at, check(size))

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
        self._out = np.zeros(MAX_SAMPLES * channels, np.float32)
        self._out_at = self._out.ctypes.data
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
        length = len(packet) if packet else 0
        room = min(samples, MAX_SAMPLES)
        got = check(lib.opus_decode_float(self._state, packet, length, self._out_at, room, fec))
        pcm = self._out[: got * self._channels].copy()
        return pcm if self._channels == 1 else pcm.reshape(got, self._channels)

    def __del__(self) -> None:
        if state := getattr(self, "_state", None):
            lib.opus_decoder_destroy(state)
