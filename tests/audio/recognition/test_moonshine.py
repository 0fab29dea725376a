"""The model that moonshine-voice contains recognizes read English, and nothing in noise."""

import re
import wave
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from audio.recognition.resampling import Downsampler

pytestmark = pytest.mark.integration

moonshine_voice = pytest.importorskip("moonshine_voice", reason="its wheels are for Linux x86-64")
moonshine = import_module("audio.recognition.moonshine")

# The beginning of "A Tale of Two Cities" (Charles Dickens, 1859), which the package contains.
WORDS = """It was the best of times, it was the worst of times, it was the age of wisdom, it was
the age of foolishness, it was the epoch of belief, it was the epoch of incredulity, it was the
season of Light, it was the season of Darkness, it was the spring of hope, it was the winter of
despair,"""
SECONDS = 21
RATE = 48_000
CHUNK = RATE // 10


@pytest.fixture(scope="module")
def recognizer():
    return moonshine.Moonshine()


def speech() -> np.ndarray:
    recording = Path(moonshine_voice.__file__).parent / "assets" / "two_cities.wav"
    with wave.open(str(recording)) as file:
        assert (file.getframerate(), file.getnchannels()) == (RATE, 1)
        return np.frombuffer(file.readframes(SECONDS * RATE), np.int16)


def recognize(recognizer, samples: np.ndarray) -> list:
    """Return the final lines."""
    stream, downsampler, lines = recognizer.open(), Downsampler(), []
    for number, at in enumerate(range(0, len(samples), CHUNK)):
        stream.add(downsampler.process(samples[at : at + CHUNK]))
        if number % 20 == 0:
            lines += stream.read()
    lines += stream.close()
    return [line for line in lines if line.final]


def words_of(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower())


def errors_between(said: list[str], recognized: list[str]) -> int:
    """Return the number of words to change, insert or delete (Levenshtein)."""
    row = list(range(len(recognized) + 1))
    for number, word in enumerate(said, 1):
        diagonal, row[0] = row[0], number
        for at, other in enumerate(recognized, 1):
            diagonal, row[at] = (
                row[at],
                min(diagonal + (word != other), row[at] + 1, row[at - 1] + 1),
            )
    return row[-1]


def test_read_english_is_recognized_with_its_times(recognizer):
    lines = recognize(recognizer, speech())
    said, recognized = words_of(WORDS), words_of(" ".join(line.text for line in lines))
    assert errors_between(said, recognized) / len(said) <= 0.15
    assert len({line.number for line in lines}) == len(lines) > 1
    times = [time for line in lines for time in (line.started, line.ended)]
    assert 0 <= times[0] < 2 and 19 < times[-1] <= SECONDS


def test_silence_and_noise_are_not_recognized_as_words(recognizer):
    noise = np.random.default_rng(1).normal(0, 1_000, 5 * RATE).astype(np.int16)
    assert recognize(recognizer, np.zeros(5 * RATE, np.int16)) == []
    assert [line.text for line in recognize(recognizer, noise) if line.text] == []
