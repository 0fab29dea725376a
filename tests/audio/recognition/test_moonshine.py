"""The model in moonshine-voice recognizes English that is read aloud, and no words in noise."""

from importlib import import_module

import numpy as np
import pytest

from audio.recognition.resampling import Downsampler
from tests.read_aloud import (
    RATE,
    TEXT,
    needs_recording,
    samples,
    word_error_rate,
    words_of,
)

pytestmark = [pytest.mark.integration, needs_recording]

SECONDS = 21
CHUNK = RATE // 10


@pytest.fixture(scope="module")
def recognizer():
    return import_module("audio.recognition.moonshine").Moonshine()


def recognize(recognizer, samples: np.ndarray) -> list:
    """Return the final lines."""
    stream, downsampler, lines = recognizer.open("en"), Downsampler(), []
    for number, at in enumerate(range(0, len(samples), CHUNK)):
        stream.add(downsampler.process(samples[at : at + CHUNK]))
        if number % 20 == 0:
            lines += stream.read()
    lines += stream.close()
    return [line for line in lines if line.final]


def test_english_read_aloud_is_recognized_with_its_times(recognizer):
    lines = recognize(recognizer, samples(SECONDS))
    text = " ".join(line.text for line in lines)
    assert len(words_of(text)) > 45
    assert word_error_rate(text) <= 0.15
    assert len({line.number for line in lines}) == len(lines) > 1
    times = [time for line in lines for time in (line.started, line.ended)]
    assert 0 <= times[0] < 2 and 19 < times[-1] <= SECONDS


def test_silence_and_noise_are_not_recognized_as_words(recognizer):
    noise = np.random.default_rng(1).normal(0, 1_000, 5 * RATE).astype(np.int16)
    assert recognize(recognizer, np.zeros(5 * RATE, np.int16)) == []
    assert [line.text for line in recognize(recognizer, noise) if line.text] == []


def test_two_people_who_talk_at_the_same_time_keep_their_words(recognizer):
    whole = samples(34)
    sounds = {"ana": whole[: 16 * RATE], "ben": whole[18 * RATE :]}
    streams = {person: recognizer.open("en") for person in sounds}
    downsamplers = {person: Downsampler() for person in sounds}
    texts = dict.fromkeys(sounds, "")
    for number, at in enumerate(range(0, 16 * RATE, CHUNK)):
        for person, stream in streams.items():
            sound = sounds[person][at : at + CHUNK]
            stream.add(downsamplers[person].process(sound))
            if number % 20 == 0:
                texts[person] += "".join(f" {line.text}" for line in stream.read() if line.final)
    for person, stream in streams.items():
        texts[person] += "".join(f" {line.text}" for line in stream.close() if line.final)
    first, second = TEXT[: TEXT.index("spring")], TEXT[TEXT.index("it was the season\nof Light") :]
    for person, own in (("ana", first), ("ben", second)):
        assert len(words_of(texts[person])) > 20
        assert word_error_rate(texts[person], within=own) <= 0.2
