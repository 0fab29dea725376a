"""Music mode: unprocessed stereo for everyone but its source, switched without a gap."""

import numpy as np
import pytest

from audio.mixing.opus import FRAME, RATE, Pcm
from audio.mixing.streams import MUSIC_BITRATE
from tests.audio.room import ANA, BEN, LISTENER, Room
from tests.audio.sound import coloured_noise, decode, silence, sine, step, stereo, strength

LOUD, INAUDIBLE = -23.0, -60.0


def guitar(seconds: float) -> Pcm:
    """Two tones, the low one on the left and the high one on the right."""
    return stereo(sine(440, seconds=seconds, level=-20), sine(1320, seconds=seconds, level=-20))


def strengths(sound: Pcm, hz: int) -> tuple[float, float]:
    """The level of a tone on the left and on the right, within the last second."""
    return strength(sound[:, 0], hz), strength(sound[:, 1], hz)


def test_left_and_right_stay_apart() -> None:
    room = Room(ANA, BEN, music=True)
    room.run(seconds=2, u1=guitar(2))
    for person in (LISTENER, BEN):
        heard = room.sound(person, channels=2)
        left, right = strengths(heard, 440)
        assert left > LOUD > INAUDIBLE > right
        left, right = strengths(heard, 1320)
        assert right > LOUD > INAUDIBLE > left


def test_people_do_not_hear_themselves_in_stereo_either() -> None:
    room = Room(ANA, BEN, music=True)
    room.run(seconds=2, u1=guitar(2), u2=stereo(sine(2000, level=-20), silence(2)))
    own = room.sound(ANA, channels=2)
    assert max(*strengths(own, 440), *strengths(own, 1320)) < INAUDIBLE
    left, right = strengths(own, 2000)
    assert left > LOUD > INAUDIBLE > right


@pytest.mark.parametrize("level", [-45.0, -9.0])
def test_music_keeps_its_loudness(level: float) -> None:
    room = Room(ANA, music=True)
    tone = sine(440, seconds=6, level=level)
    room.run(seconds=6, u1=stereo(tone, tone))
    left, right = strengths(room.sound(LISTENER, channels=2), 440)
    assert abs(left - level) < 0.2
    assert abs(right - level) < 0.2


def test_very_quiet_music_is_not_cut_off() -> None:
    room = Room(ANA, music=True)
    tone = sine(440, seconds=2, level=-70)
    room.run(seconds=2, u1=stereo(tone, tone))
    assert strengths(room.sound(LISTENER, channels=2), 440)[0] > -73


def test_a_mono_microphone_is_in_the_middle() -> None:
    room = Room(ANA, music=True)
    room.run(seconds=2, u1=sine(440, level=-20))
    left, right = strengths(room.sound(LISTENER, channels=2), 440)
    assert abs(left - right) < 0.1
    assert left > LOUD


def test_stereo_input_is_mixed_down_in_talk_mode() -> None:
    room = Room(ANA)
    room.run(seconds=2, u1=guitar(2))
    heard = room.sound(LISTENER, channels=2)
    assert abs(strengths(heard, 440)[0] - strengths(heard, 440)[1]) < 0.1


def test_music_is_sent_at_the_music_bitrate() -> None:
    room = Room(ANA, music=True)
    noise = coloured_noise(0.5, seconds=4, level=-20)
    room.run(seconds=4, u1=stereo(noise, noise[::-1]))
    bits = 8 * 50 * np.mean([len(mix.shared) for mix in room.mixes[50:]])
    assert 0.8 * MUSIC_BITRATE < bits < 1.1 * MUSIC_BITRATE


def test_switching_music_mode_leaves_no_gap() -> None:
    """Packet count, timestamps and waveform are all continuous."""
    room = Room(ANA, BEN)
    tone = sine(301, seconds=4, level=-22)
    room.run(seconds=1, u1=tone[:RATE])
    room.mixer.music = True
    room.run(seconds=2, u1=tone[RATE : 3 * RATE])
    room.mixer.music = False
    room.run(seconds=1, u1=tone[3 * RATE :])
    assert len(room.mixes) == 200
    assert set((np.diff([mix.timestamp for mix in room.mixes]) % 2**32).tolist()) == {FRAME}
    for person in (LISTENER, BEN):
        heard = room.sound(person, channels=2)[RATE // 5 :]
        assert step(heard[:, 0]) < 0.008  # the tone's own largest step is 0.0044
        middle = heard[RATE // 2 : 3 * RATE]  # around both changes
        powers = (middle[: len(middle) // 960 * 960, 0].reshape(-1, 960) ** 2).mean(axis=1)
        assert 10 * np.log10(powers.min()) > -30


def test_people_do_not_hear_themselves_while_music_mode_is_switched() -> None:
    room = Room(ANA, BEN)
    room.run(seconds=1, u1=sine(600, seconds=1, level=-15))
    before = len(room.heard[ANA])
    room.mixer.music = True
    room.run(seconds=0.2, u1=sine(600, seconds=0.2, level=-15))
    heard = decode(room.heard[ANA])[(before - 1) * FRAME :]
    assert np.abs(heard).max() < 0.01


def test_the_soundscape_plays_in_the_middle_of_the_stereo_field() -> None:
    room = Room(soundscape=True, music=True)
    room.run(seconds=1)
    heard = room.sound(LISTENER, channels=2)
    assert np.abs(heard).max() > 0.02
    assert np.abs(heard[:, 0] - heard[:, 1]).max() < 0.01
