"""Shortened and lengthened sound keeps its pitch and level."""

import numpy as np

from audio.mixing.opus import FRAME
from audio.mixing.stretch import LONGEST, NEEDED, SHORTEST, lengthen, shorten
from tests.audio.sound import noise, sine, step, stereo, strength


def test_shortening_removes_whole_periods_of_a_tone() -> None:
    tone = sine(400, seconds=2.0, level=-20)
    shorter = tone
    for _ in range(40):
        shorter = shorten(shorter)
    removed = len(tone) - len(shorter)
    assert removed % 120 == 0  # samples of a period
    assert round(strength(shorter, 400), 1) == -20.0


def test_shortening_removes_2_to_15_ms() -> None:
    sound = noise(seconds=1.0)
    assert SHORTEST <= len(sound) - len(shorten(sound)) <= LONGEST


def test_shortening_works_with_the_least_input() -> None:
    sound = noise(seconds=1.0)[:NEEDED]
    assert len(shorten(sound)) <= NEEDED - SHORTEST


def test_silence_can_be_shortened() -> None:
    assert len(shorten(np.zeros(2 * NEEDED, np.float32))) < 2 * NEEDED


def test_a_lengthened_sound_continues_the_one_before() -> None:
    before, sound = np.split(sine(400, seconds=0.04), 2)
    longer = lengthen(before, sound)
    assert (len(longer) - len(sound)) % 120 == 0
    assert SHORTEST <= len(longer) - len(sound) <= LONGEST
    assert step(np.concatenate((before, longer))) <= 1.01 * step(before)


def test_noise_silence_and_stereo_can_be_lengthened() -> None:
    for sound in (noise(seconds=0.04), np.zeros(2 * FRAME, np.float32)):
        before, behind = sound[:FRAME], sound[FRAME:]
        assert SHORTEST <= len(lengthen(before, behind)) - FRAME <= LONGEST
    both = stereo(before, behind)
    assert lengthen(both, both).shape[1] == 2
