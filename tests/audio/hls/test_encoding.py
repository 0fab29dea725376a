"""Segments that an independent library can read: their length, their sound, their boundaries."""

import numpy as np
import pytest

from audio.hls.encoding import AAC_FRAME, Encoding
from audio.mixing.opus import FRAME, RATE, Pcm
from tests.audio.hls.playing import decode
from tests.audio.sound import frames, sine, stereo, strength

SEGMENT = 94 * AAC_FRAME  # samples


def written(encoding: Encoding, sound: Pcm) -> list:
    return [segment for frame in frames(sound) for segment in encoding.write(frame)]


def both(hz: int, seconds: float) -> Pcm:
    return stereo(sine(hz, seconds=seconds), sine(hz, seconds=seconds))


@pytest.mark.parametrize("channels", [1, 2])
def test_each_segment_lasts_two_seconds_and_carries_the_sound(channels: int) -> None:
    encoding = Encoding(channels)
    segments = written(encoding, both(600, 9))
    assert [segment.seconds for segment in segments] == [SEGMENT / RATE] * 4
    sound = decode(encoding.init_segment + b"".join(each.data for each in segments))
    assert sound.shape == (4 * SEGMENT, channels)
    assert strength(sound[:, 0], 600) > -21


def test_a_segment_can_be_decoded_without_those_before_it() -> None:
    encoding = Encoding(1)
    segments = written(encoding, np.concatenate((both(600, 4), both(1000, 4.2))))
    sound = decode(encoding.init_segment + segments[-1].data)
    assert len(sound) == SEGMENT
    assert strength(sound[:, 0], 1000) > strength(sound[:, 0], 600) + 40


def test_stereo_keeps_the_sides_apart() -> None:
    encoding = Encoding(2)
    segments = written(encoding, stereo(sine(600, seconds=5), sine(1000, seconds=5)))
    sound = decode(encoding.init_segment + b"".join(each.data for each in segments))
    assert strength(sound[:, 0], 600) > strength(sound[:, 1], 600) + 30


def test_closing_returns_the_rest_as_a_shorter_segment() -> None:
    encoding = Encoding(1)
    segments = written(encoding, both(600, 3)) + encoding.close()
    total = round(sum(each.seconds for each in segments) * RATE)
    assert 3 * RATE <= total <= 3 * RATE + 3 * AAC_FRAME
    sound = decode(encoding.init_segment + b"".join(each.data for each in segments))
    assert len(sound) == total


def test_an_encoding_without_sound_closes_without_a_segment() -> None:
    assert Encoding(1).close() == []


def test_talk_needs_little_more_than_its_bit_rate() -> None:
    encoding = Encoding(1)
    noise = np.random.default_rng(7).standard_normal((8 * RATE, 1)).astype(np.float32) / 10
    segments = written(encoding, np.repeat(noise[: 8 * RATE // FRAME * FRAME], 2, axis=1))
    size = sum(len(each.data) for each in segments)
    assert size * 8 / sum(each.seconds for each in segments) < 62_000
