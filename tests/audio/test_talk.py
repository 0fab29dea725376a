"""Talk detection starts fast, ends slowly and ignores noise."""

import numpy as np
import pytest

from audio.mixing.levels import level_of
from audio.mixing.opus import Pcm
from audio.mixing.talk import TalkDetector
from tests.audio.sound import coloured_noise, decode, encode, frames, noise, silence, sine, speech

WHITE, PINK, BROWN = 0.0, 0.5, 1.0


def detect(detector: TalkDetector, sound: Pcm) -> list[bool]:
    return [detector.process(frame, level_of(frame)) for frame in frames(sound)]


def tone(frames: int, level: float = -26.0) -> Pcm:
    return sine(600, seconds=frames * 0.020, level=level)


def nothing(frames: int) -> Pcm:
    return silence(frames * 0.020)


def test_a_voice_is_detected_within_100_ms() -> None:
    assert detect(TalkDetector(), tone(5))[-1] is True


def test_a_click_is_not_a_voice() -> None:
    detector = TalkDetector()
    assert detect(detector, tone(2)) + detect(detector, nothing(50)) == [False] * 52


def test_a_steady_tone_remains_a_voice() -> None:
    assert detect(TalkDetector(), tone(500))[3:] == [True] * 497


@pytest.mark.parametrize("colour", [WHITE, PINK, BROWN])
@pytest.mark.parametrize("level", [-40.0, -34.0])
def test_loud_noise_is_not_a_voice(colour: float, level: float) -> None:
    steady = coloured_noise(colour, seconds=3, level=level)
    heard = decode(encode(np.concatenate((silence(1), steady, silence(0.5), steady))))
    assert True not in detect(TalkDetector(), heard)


@pytest.mark.parametrize("level", [-20.0, -44.0, -48.0])
@pytest.mark.parametrize("voice", ["en", "en+f3"])
def test_a_quiet_voice_is_detected_as_fast_as_a_loud_one(voice: str, level: float) -> None:
    sound = np.concatenate((silence(1), speech(level=level, voice=voice)))
    background = coloured_noise(PINK, seconds=8, level=-66)[: len(sound)]
    talks = detect(TalkDetector(), decode(encode(sound + background)))
    begins = next(i for i, frame in enumerate(frames(sound)) if level_of(frame) > level - 15)
    assert 0 < talks.index(True) - begins <= 6  # 120 ms
    assert np.mean(talks[talks.index(True) : -15]) > 0.97


def test_a_voice_is_detected_over_noise() -> None:
    sound = np.concatenate((silence(2), speech(level=-28)))
    sound += coloured_noise(PINK, seconds=8, level=-42)[: len(sound)]
    talks = detect(TalkDetector(), sound)
    assert True not in talks[:100]
    assert np.mean(talks[110:]) > 0.9


def test_a_whisper_is_detected_after_a_few_syllables() -> None:
    sound = np.concatenate((silence(1), speech(level=-34, voice="en+whisper")))
    talks = detect(TalkDetector(), decode(encode(sound)))
    assert 50 < talks.index(True) < 100


def test_noise_that_begins_during_talk_does_not_prolong_it() -> None:
    detector = TalkDetector()
    detect(detector, tone(50))
    assert detect(detector, noise(seconds=2, level=-30))[75:] == [False] * 25


def test_a_breath_between_words_does_not_end_talking() -> None:
    detector = TalkDetector()
    detect(detector, tone(10))
    assert detect(detector, nothing(13)) == [True] * 13  # 260 ms
    assert detect(detector, tone(1)) == [True]


def test_silence_ends_talking_within_half_a_second() -> None:
    detector = TalkDetector()
    detect(detector, tone(10))
    assert detect(detector, nothing(25))[-1] is False


def test_missing_packets_end_talking_and_leave_the_noise_floor_unchanged() -> None:
    detector = TalkDetector()
    detect(detector, noise(seconds=2, level=-45))
    floor = detector.floor
    detect(detector, tone(10))
    for _ in range(25):
        detector.process_gap()
    assert (detector.talking, detector.floor) == (False, floor)
