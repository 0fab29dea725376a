"""Voices come out equally loud, and nothing is ever too loud."""

import numpy as np

from audio.mixing.gain_control import REACH, WANTED, AutomaticGainControl
from audio.mixing.limiter import CEILING, Limiter
from audio.mixing.opus import FRAME
from tests.audio.sound import frames, sine

SECONDS = 50  # frames


def gain_after(level: float, seconds: int, *, floor: float = -70.0) -> float:
    evening = AutomaticGainControl()
    for _ in range(seconds * SECONDS):
        evening.hear(level)
        evening.advance(floor)
    return float(20 * np.log10(evening.gain))


def test_a_soft_voice_comes_up() -> None:
    assert round(gain_after(WANTED - 5, 10), 1) == 5.0


def test_a_loud_voice_comes_down() -> None:
    assert round(gain_after(WANTED + 5, 10), 1) == -5.0


def test_it_reaches_nine_decibels_and_no_further() -> None:
    assert round(gain_after(WANTED - 30, 20), 1) == REACH


def test_it_is_slow() -> None:
    assert round(gain_after(WANTED - 9, 1), 1) == 2.0


def test_noise_is_not_raised_above_what_is_unheard() -> None:
    assert round(gain_after(WANTED - 30, 20, floor=-55.0), 1) == 5.0
    assert round(gain_after(WANTED - 30, 20, floor=-40.0), 1) == 0.0


def test_noise_that_begins_later_is_not_raised_either() -> None:
    evening = AutomaticGainControl()
    for _ in range(10 * SECONDS):
        evening.hear(WANTED - 5)
        evening.advance(-70.0)
    for _ in range(3 * SECONDS):
        evening.advance(-40.0)
    assert evening.gain == 1.0


def test_a_loud_voice_over_noise_comes_down() -> None:
    assert round(gain_after(WANTED + 5, 10, floor=-40.0), 1) == -5.0


def test_what_fits_is_left_alone() -> None:
    frame = frames(sine(600, level=-6))[0]
    assert Limiter().limit(frame) is frame


def test_what_is_too_loud_stays_under_the_ceiling_and_keeps_its_shape() -> None:
    limiter = Limiter()
    loud = frames(sine(600, level=3))
    limited = [limiter.limit(frame) for frame in loud]
    assert float(max(np.abs(frame).max() for frame in limited)) <= CEILING + 1e-6
    likeness = np.corrcoef(limited[-1], loud[-1])[0, 1]
    assert round(float(likeness), 3) == 1.0


def test_the_limiter_lets_go_slowly_and_fully() -> None:
    limiter = Limiter()
    limiter.limit(frames(sine(600, level=3))[0])
    quiet = np.full(FRAME, 0.1, np.float32)
    gains = [float(limiter.limit(quiet)[-1]) / 0.1 for _ in range(100)]
    assert gains == sorted(gains)
    assert round(gains[-1], 6) == 1.0
