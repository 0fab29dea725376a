"""Automatic gain control makes voices equally loud, and the limiter bounds the peaks."""

import numpy as np

from audio.mixing.gain_control import REACH, WANTED, AutomaticGainControl
from audio.mixing.limiter import CEILING, Limiter
from audio.mixing.opus import FRAME
from tests.audio.sound import frames, sine

SECOND = 50  # frames


def gain_after(level: float, seconds: int, *, floor: float = -70.0) -> float:
    agc = AutomaticGainControl()
    for _ in range(seconds * SECOND):
        agc.measure(level)
        agc.advance(floor)
    return float(20 * np.log10(agc.gain))


def test_a_quiet_voice_is_raised() -> None:
    assert round(gain_after(WANTED - 5, 10), 1) == 5.0


def test_a_loud_voice_is_lowered() -> None:
    assert round(gain_after(WANTED + 5, 10), 1) == -5.0


def test_the_gain_is_at_most_nine_decibels() -> None:
    assert round(gain_after(WANTED - 30, 20), 1) == REACH


def test_the_gain_changes_slowly() -> None:
    assert round(gain_after(WANTED - 9, 1), 1) == 2.0


def test_noise_is_not_raised_to_an_audible_level() -> None:
    assert round(gain_after(WANTED - 30, 20, floor=-55.0), 1) == 5.0
    assert round(gain_after(WANTED - 30, 20, floor=-40.0), 1) == 0.0


def test_noise_that_begins_later_resets_the_gain() -> None:
    agc = AutomaticGainControl()
    for _ in range(10 * SECOND):
        agc.measure(WANTED - 5)
        agc.advance(-70.0)
    for _ in range(3 * SECOND):
        agc.advance(-40.0)
    assert agc.gain == 1.0


def test_a_loud_voice_over_noise_is_lowered() -> None:
    assert round(gain_after(WANTED + 5, 10, floor=-40.0), 1) == -5.0


def test_a_frame_below_the_ceiling_is_not_changed() -> None:
    frame = frames(sine(600, level=-6))[0]
    assert Limiter().limit(frame) is frame


def test_loud_sound_is_limited_to_the_ceiling_and_keeps_its_shape() -> None:
    limiter = Limiter()
    loud = frames(sine(600, level=3))
    limited = [limiter.limit(frame) for frame in loud]
    assert float(max(np.abs(frame).max() for frame in limited)) <= CEILING + 1e-6
    similarity = np.corrcoef(limited[-1], loud[-1])[0, 1]
    assert round(float(similarity), 3) == 1.0


def test_the_limiter_releases_slowly_and_completely() -> None:
    limiter = Limiter()
    limiter.limit(frames(sine(600, level=3))[0])
    quiet = np.full(FRAME, 0.1, np.float32)
    gains = [float(limiter.limit(quiet)[-1]) / 0.1 for _ in range(100)]
    assert gains == sorted(gains)
    assert round(gains[-1], 6) == 1.0
