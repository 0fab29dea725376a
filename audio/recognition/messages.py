"""The messages between the audio process and a recognizer process: one per datagram of a socket.

To the recognizer: a header and, for SOUND, 16-bit mono samples at 48 kHz. A SOUND of an unknown
stream begins it. From the recognizer: JSON.
"""

import json
import struct
from dataclasses import asdict, dataclass
from enum import IntEnum
from typing import Any

from audio.recognition.interface import Line

# Kind, stream, time of the first sample (seconds since 1970), language (ISO 639, or empty).
HEADER = struct.Struct("<BId8s")
MAX_DATAGRAM = 64 * 1024
MAX_TEXT = 1_000  # characters of a line


class Kind(IntEnum):
    SOUND = 1
    FINISH = 2  # recognize what is left
    DISCARD = 3  # stop at once


@dataclass(frozen=True, slots=True)
class Request:
    kind: Kind
    stream: int
    at: float = 0.0
    samples: bytes = b""
    language: str = ""

    def pack(self) -> bytes:
        language = self.language.encode()
        return HEADER.pack(self.kind, self.stream, self.at, language) + self.samples


def unpack(datagram: bytes) -> Request:
    kind, stream, at, language = HEADER.unpack_from(datagram)
    samples = datagram[HEADER.size :]
    return Request(Kind(kind), stream, at, samples, language.rstrip(b"\0").decode())


@dataclass(frozen=True, slots=True)
class Recognized:
    """A line; `started` and `ended` are in seconds since 1970."""

    stream: int
    line: Line


@dataclass(frozen=True, slots=True)
class Finished:
    """The last line of a stream was sent before this."""

    stream: int


@dataclass(frozen=True, slots=True)
class Loaded:
    """The model is loaded. Sound that arrived before this was kept."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A report that is sent once a second while there is work. What was just recognized was spoken
    `behind` seconds ago. `lost` seconds of sound were thrown away since the start, because
    they waited too long."""

    behind: float
    lost: float


Report = Loaded | Recognized | Finished | Progress
TYPES: dict[str, type[Any]] = {
    each.__name__: each for each in (Loaded, Recognized, Finished, Progress)
}


def pack_report(report: Report) -> bytes:
    return json.dumps([type(report).__name__, asdict(report)]).encode()


def unpack_report(datagram: bytes) -> Report:
    name, values = json.loads(datagram)
    if "line" in values:
        values["line"] = Line(**values["line"])
    report: Report = TYPES[name](**values)
    return report
