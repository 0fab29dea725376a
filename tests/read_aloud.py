"""A recording of English that is read aloud, with known words, from the package moonshine-voice."""

import re
import wave
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

RATE = 48_000
# The beginning of "A Tale of Two Cities" (Charles Dickens, 1859), which takes 42 s.
TEXT = """It was the best of times, it was the worst of times, it was the age of wisdom, it was the
age of foolishness, it was the epoch of belief, it was the epoch of incredulity, it was the season
of Light, it was the season of Darkness, it was the spring of hope, it was the winter of despair,
we had everything before us, we had nothing before us, we were all going direct to Heaven, we were
all going direct the other way; in short, the period was so far like the present period, that some
of its noisiest authorities insisted on its being received, for good or for evil, in the superlative
degree of comparison only."""

needs_recording = pytest.mark.skipif(
    find_spec("moonshine_voice") is None,
    reason="the wheels of moonshine-voice are for Linux x86-64",
)


def recording() -> Path:
    package = find_spec("moonshine_voice")
    assert package and package.origin
    return Path(package.origin).parent / "assets" / "two_cities.wav"


def samples(seconds: float) -> np.ndarray:
    """Return the first seconds as 16-bit mono at 48 kHz."""
    with wave.open(str(recording())) as file:
        assert (file.getframerate(), file.getnchannels()) == (RATE, 1)
        return np.frombuffer(file.readframes(round(seconds * RATE)), np.int16)


def words_of(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower())


def word_error_rate(recognized: str, *, within: str = TEXT) -> float:
    """Return the share of recognized words that are wrong, missing or extra, compared with the
    part of the text that fits best (Levenshtein's distance with a free start and end)."""
    found, said = words_of(recognized), words_of(within)
    row = [0] * (len(said) + 1)
    for number, word in enumerate(found, 1):
        diagonal, row[0] = row[0], number
        for at, other in enumerate(said, 1):
            replaced = diagonal + (word != other)
            diagonal, row[at] = row[at], min(replaced, row[at] + 1, row[at - 1] + 1)
    return min(row) / max(1, len(found))
