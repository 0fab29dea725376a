"""Opus (RFC 6716) through libopus: the copy in PyAV's wheel, else the system's.

Sound is mono float32 in [-1, 1] at 48 kHz. libopus is called with ctypes, which releases the GIL.
"""

import ctypes as c
import ctypes.util
import importlib.util
from pathlib import Path

import numpy as np
import numpy.typing as npt

RATE = 48_000
FRAME = 960  # samples in 20 ms
MAX_FRAME = 5_760  # samples in 120 ms, the longest packet (RFC 6716, section 2.1.4)
MAX_PACKET = 1_275  # bytes of one 20 ms frame (RFC 6716, section 3.4)

Pcm = npt.NDArray[np.float32]

_APPLICATION_VOIP = 2048
_SET_BITRATE = 4002
_SET_COMPLEXITY = 4010
_SET_INBAND_FEC = 4012
_SET_PACKET_LOSS_PERC = 4014
_RESET_STATE = 4028


class OpusError(Exception):
    """libopus refused; the message is its own."""


def version() -> str:
    return str(_lib.opus_get_version_string().decode())


def samples_in(packet: bytes) -> int:
    """How many samples the packet holds, read from its header; 0 when it is not Opus."""
    samples = int(_lib.opus_packet_get_nb_samples(packet, len(packet), RATE))
    return samples if 0 < samples <= MAX_FRAME else 0


class Encoder:
    """20 ms frames in, packets out, with in-band FEC for the expected loss."""

    def __init__(self, *, bitrate: int, complexity: int = 5, loss: float = 0.05) -> None:
        error = c.c_int()
        self._state = _lib.opus_encoder_create(RATE, 1, _APPLICATION_VOIP, c.byref(error))
        _check(error.value)
        self._out = c.create_string_buffer(MAX_PACKET)
        self._set(_SET_BITRATE, bitrate)
        self._set(_SET_COMPLEXITY, complexity)
        self._set(_SET_INBAND_FEC, 1)
        self.expect_loss(loss)

    def encode(self, pcm: Pcm) -> bytes:
        if pcm.shape != (FRAME,) or pcm.dtype != np.float32 or not pcm.flags.c_contiguous:
            raise ValueError("a frame is 960 contiguous float32 samples")
        size = _lib.opus_encode_float(self._state, pcm.ctypes.data, FRAME, self._out, MAX_PACKET)
        return c.string_at(self._out, _check(size))

    def expect_loss(self, fraction: float) -> None:
        """Spend bits on redundancy for this share of lost packets (0..1)."""
        self._set(_SET_PACKET_LOSS_PERC, round(100 * min(max(fraction, 0.0), 1.0)))

    def _set(self, request: int, value: int) -> None:
        _check(_lib.opus_encoder_ctl(self._state, request, c.c_int(value)))

    def __del__(self) -> None:
        if state := getattr(self, "_state", None):
            _lib.opus_encoder_destroy(state)


class Decoder:
    """Packets in, sound out; conceals what is missing."""

    def __init__(self) -> None:
        error = c.c_int()
        self._state = _lib.opus_decoder_create(RATE, 1, c.byref(error))
        _check(error.value)

    def decode(self, packet: bytes, samples: int) -> Pcm:
        """`samples` is `samples_in(packet)`."""
        return self._decode(packet, samples, fec=0)

    def recover(self, following: bytes, samples: int) -> Pcm:
        """The lost frame just before `following`, from its redundancy, else concealed."""
        return self._decode(following, samples, fec=1)

    def conceal(self, samples: int) -> Pcm:
        """What might have stood in a lost packet; fades when called on and on."""
        return self._decode(None, samples, fec=0)

    def reset(self) -> None:
        """Forget the past: another stream begins."""
        _check(_lib.opus_decoder_ctl(self._state, _RESET_STATE))

    def _decode(self, packet: bytes | None, samples: int, *, fec: int) -> Pcm:
        pcm = np.empty(samples, np.float32)
        length = len(packet) if packet else 0
        got = _check(
            _lib.opus_decode_float(self._state, packet, length, pcm.ctypes.data, samples, fec)
        )
        return pcm[:got]

    def __del__(self) -> None:
        if state := getattr(self, "_state", None):
            _lib.opus_decoder_destroy(state)


def _check(code: int) -> int:
    if code < 0:
        raise OpusError(_lib.opus_strerror(code).decode())
    return code


def _load() -> c.CDLL:
    for path in (*_wheel_copies(), ctypes.util.find_library("opus")):
        if path is None:
            continue
        try:
            return _declare(c.CDLL(str(path)))
        except (OSError, AttributeError):
            continue
    raise ImportError("libopus is neither in PyAV's wheel nor on the system")


def _wheel_copies() -> list[Path]:
    spec = importlib.util.find_spec("av")
    if spec is None or spec.origin is None:
        return []
    package = Path(spec.origin).parent
    beside = package.parent / "av.libs"
    return sorted(
        [
            *beside.glob("libopus-*"),
            *(package / ".dylibs").glob("libopus*"),
            *beside.glob("opus*"),
        ]
    )


def _declare(lib: c.CDLL) -> c.CDLL:
    pointer, size = c.c_void_p, c.c_int32
    lib.opus_get_version_string.restype = c.c_char_p
    lib.opus_strerror.restype = c.c_char_p
    lib.opus_encoder_create.restype = lib.opus_decoder_create.restype = pointer
    lib.opus_encode_float.argtypes = [pointer, pointer, c.c_int, pointer, size]
    lib.opus_decode_float.argtypes = [
        pointer,
        c.c_char_p,
        size,
        pointer,
        c.c_int,
        c.c_int,
    ]
    lib.opus_packet_get_nb_samples.argtypes = [c.c_char_p, size, size]
    # Only the fixed arguments: the rest is variadic, which some ABIs pass differently.
    lib.opus_encoder_ctl.argtypes = lib.opus_decoder_ctl.argtypes = [pointer, c.c_int]
    lib.opus_encoder_destroy.argtypes = lib.opus_decoder_destroy.argtypes = [pointer]
    lib.opus_encoder_destroy.restype = lib.opus_decoder_destroy.restype = None
    return lib


_lib = _load()
