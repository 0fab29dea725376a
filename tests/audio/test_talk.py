"""Who talks: said soon, taken back late."""

from spaces.audio.mixing.talk import TalkDetector

TONE, HISS, NOTHING = -26.0, -52.0, -90.0


def heard(detector: TalkDetector, level: float, frames: int) -> list[bool]:
    return [detector.hear(level) for _ in range(frames)]


def test_a_voice_is_noticed_within_100_ms() -> None:
    assert heard(TalkDetector(), TONE, 5)[-1] is True


def test_a_click_is_no_voice() -> None:
    detector = TalkDetector()
    assert heard(detector, TONE, 2) + heard(detector, NOTHING, 50) == [False] * 52


def test_a_steady_tone_remains_a_voice() -> None:
    assert heard(TalkDetector(), TONE, 3000)[3:] == [True] * 2997


def test_a_steady_hiss_is_no_voice() -> None:
    assert True not in heard(TalkDetector(), HISS, 3000)


def test_a_breath_between_words_is_not_the_end() -> None:
    detector = TalkDetector()
    heard(detector, TONE, 10)
    assert heard(detector, NOTHING, 13) == [True] * 13  # 260 ms
    assert heard(detector, TONE, 1) == [True]


def test_silence_ends_it_within_half_a_second() -> None:
    detector = TalkDetector()
    heard(detector, TONE, 10)
    assert heard(detector, NOTHING, 25)[-1] is False


def test_a_soft_voice_is_heard_over_a_quiet_room() -> None:
    detector = TalkDetector()
    heard(detector, -70.0, 100)
    assert heard(detector, -44.0, 5)[-1] is True
