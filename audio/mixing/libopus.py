"""Find and load the best libopus: the copy in PyAV's wheel or the system's.

A library with neural concealment is preferred to a newer library without. libopus is called through
ctypes, which releases the GIL.
"""

import ctypes as c
import ctypes.util
import importlib.util
import re
from dataclasses import dataclass
from pathlib import Path

from audio.mixing.concealment import conceals_neurally


class OpusError(Exception):
    """An error returned by libopus, with its message."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A libopus that can be loaded and has all functions that the engine calls."""

    library: c.CDLL
    version: str  # as the library reports it: "libopus 1.6.1"
    neural: bool  # conceals lost packets with a neural network

    @property
    def merit(self) -> tuple[bool, list[int]]:
        return self.neural, [int(number) for number in re.findall(r"\d+", self.version)]


def describe() -> str:
    """Describe the libopus in use, for logs and health reports."""
    return f"{chosen.version}, {'neural' if chosen.neural else 'classical'} concealment"


def check(code: int) -> int:
    """Return a result of libopus, or raise OpusError if it is negative."""
    if code < 0:
        raise OpusError(lib.opus_strerror(code).decode())
    return code


def find_candidates() -> list[Candidate]:
    found = []
    for path in (*_wheel_copies(), ctypes.util.find_library("opus")):
        if path is None:
            continue
        try:
            library = _declare(c.CDLL(str(path)))
        except (OSError, AttributeError):
            continue
        version = str(library.opus_get_version_string().decode())
        found.append(Candidate(library, version, conceals_neurally(library)))
    return found


def choose(candidates: list[Candidate]) -> Candidate:
    """Return the best candidate, or the first if several are equally good."""
    if not candidates:
        raise ImportError("libopus is neither in PyAV's wheel nor on the system")
    return max(candidates, key=lambda candidate: candidate.merit)


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


def _declare(library: c.CDLL) -> c.CDLL:
    pointer, size = c.c_void_p, c.c_int32
    library.opus_get_version_string.restype = c.c_char_p
    library.opus_strerror.restype = c.c_char_p
    library.opus_encoder_create.restype = library.opus_decoder_create.restype = pointer
    library.opus_encode_float.argtypes = [pointer, pointer, c.c_int, pointer, size]
    library.opus_decode_float.argtypes = [pointer, c.c_char_p, size, pointer, c.c_int, c.c_int]
    library.opus_packet_get_nb_samples.argtypes = [c.c_char_p, size, size]
    library.opus_packet_get_samples_per_frame.argtypes = [c.c_char_p, size]
    library.opus_packet_parse.argtypes = [c.c_char_p, size, *[pointer] * 4]
    # Declare only the fixed arguments, since some ABIs pass variadic arguments differently.
    library.opus_encoder_ctl.argtypes = library.opus_decoder_ctl.argtypes = [pointer, c.c_int]
    library.opus_encoder_destroy.argtypes = library.opus_decoder_destroy.argtypes = [pointer]
    library.opus_encoder_destroy.restype = library.opus_decoder_destroy.restype = None
    return library


chosen = choose(find_candidates())
lib = chosen.library
