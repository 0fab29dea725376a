"""Sound is resampled from 48 to 16 kHz without aliases, whatever the length of its parts."""

import numpy as np
import pytest

from audio.recognition.resampling import Downsampler

RATE = 48_000


def tone(hertz: float, seconds: float = 1.0) -> np.ndarray:
    return (np.sin(2 * np.pi * hertz * np.arange(RATE * seconds) / RATE) * 16_384).astype(np.int16)


def level(sound: np.ndarray) -> float:
    """Return the level in dB, relative to a tone with the amplitude of `tone`."""
    steady = sound[100:-100]
    return float(20 * np.log10(np.sqrt(np.mean(steady**2)) / (0.5 / np.sqrt(2)) + 1e-12))


@pytest.mark.parametrize("hertz", [100, 1_000, 5_000])
def test_tones_of_speech_keep_their_level(hertz):
    assert level(Downsampler().process(tone(hertz))) == pytest.approx(0, abs=0.5)


@pytest.mark.parametrize("hertz", [10_000, 15_000, 20_000])
def test_tones_that_16_khz_cannot_carry_are_removed(hertz):
    assert level(Downsampler().process(tone(hertz))) < -40


@pytest.mark.parametrize("size", [1, 2, 100, 960, 4_800])
def test_parts_give_the_same_sound_as_the_whole(size):
    sound = tone(440, 0.3)
    whole = Downsampler().process(sound)
    in_parts = Downsampler()
    parts = [in_parts.process(sound[at : at + size]) for at in range(0, len(sound), size)]
    assert len(whole) == len(sound) // 3
    assert np.concatenate(parts) == pytest.approx(whole, abs=1e-6)
