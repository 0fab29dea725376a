"""The port for speech recognition models, and the line of text that they return."""

from dataclasses import dataclass
from typing import Protocol

from numpy import float32
from numpy.typing import NDArray

SAMPLE_RATE = 16_000  # of the sound that a model receives

Sound = NDArray[float32]  # mono in [-1, 1], of shape (samples,)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of recognized text. A later `Line` with the same number replaces it, until one is
    `final`. `started` and `ended` are in seconds of the stream's sound. `language` is a code of
    ISO 639, or "" if the model doesn't return it."""

    number: int
    text: str
    started: float
    ended: float
    final: bool
    language: str = ""


class Stream(Protocol):
    """One person's speech. A stream is used by one thread."""

    def add(self, sound: Sound) -> None:
        """Add sound at 16 kHz."""

    def read(self) -> list[Line]:
        """Recognize the sound that was added, and return the lines that changed since the last
        call. This may take as long as the sound itself."""

    def close(self) -> list[Line]:
        """Recognize what is left, end the open line, and free the stream's memory."""


class Recognizer(Protocol):
    """A loaded model."""

    def __init__(self, model: str) -> None:
        """Load the model: a folder, or the name of a package that contains it. Empty: the model
        that comes with the engine. Raises FileNotFoundError if it is not there."""

    def open(self, language: str) -> Stream:
        """Begin a stream in this language (ISO 639), or "" to detect the language of each line."""
