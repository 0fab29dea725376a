"""The data saver: the mix is encoded again with fewer bits, while at least one peer needs it."""

import numpy as np

from audio.mixing.streams import SAVER_BITRATE
from tests.audio.room import ANA, BEN, Room
from tests.audio.sound import decode, sine, speech, strength


def bitrate(packets: list[bytes]) -> float:
    """Return the bits per second."""
    return 8 * 50 * float(np.mean([len(packet) for packet in packets]))


def test_the_mix_is_encoded_once_unless_a_peer_saves_data() -> None:
    room = Room(ANA)
    room.run(seconds=0.5, u1=sine(600, seconds=0.5))
    assert {mix.saver for mix in room.mixes} == {None}


def test_the_saver_mix_is_equally_loud_with_less_data() -> None:
    room = Room(ANA)
    room.mixer.saver = True
    said = speech()
    room.run(seconds=4, u1=said)
    saver = [mix.saver for mix in room.mixes]
    assert bitrate(saver[25:]) < 1.15 * SAVER_BITRATE
    assert bitrate([mix.shared for mix in room.mixes[25:]]) > 1.4 * SAVER_BITRATE
    with_less, in_full = decode(saver), decode([mix.shared for mix in room.mixes])
    assert abs(20 * np.log10(float(np.std(with_less) / np.std(in_full)))) < 1


def test_the_second_encoding_starts_and_stops_with_the_setting() -> None:
    room = Room(ANA)
    room.run(seconds=0.2)
    room.mixer.saver = True
    room.run(seconds=0.2)
    room.mixer.saver = False
    room.run(seconds=0.2)
    assert [bool(mix.saver) for mix in room.mixes] == [False] * 10 + [True] * 10 + [False] * 10


def test_a_speaker_can_get_their_own_mix_with_less_data() -> None:
    room = Room(ANA, BEN)
    room.mixer.set_saves_data(ANA, True)
    said = speech()
    room.run(seconds=4, u1=sine(600, seconds=4, level=-40), u2=said)
    own = {person: [mix.own.get(person, mix.shared) for mix in room.mixes] for person in (ANA, BEN)}
    assert bitrate(own[ANA][50:]) < 1.15 * SAVER_BITRATE
    assert strength(decode(own[ANA]), 600) < strength(decode(own[BEN]), 600) - 10


def test_a_silent_speaker_who_saves_data_gets_the_saver_mix() -> None:
    room = Room(ANA)
    room.mixer.saver = True
    room.run(seconds=0.1)
    mix = room.mixes[-1]
    assert mix.packet_for(ANA, saves_data=True) == mix.saver
    assert mix.packet_for(ANA, saves_data=False) == mix.shared


def test_music_with_less_data_is_mono() -> None:
    room = Room(ANA, music=True)
    room.mixer.saver = True
    room.run(seconds=2, u1=sine(600, seconds=2))
    packets = [mix.saver for mix in room.mixes[25:]]
    assert {packet[0] >> 2 & 1 for packet in packets} == {0}  # mono (RFC 6716, section 3.1)
    assert bitrate(packets) < 1.15 * SAVER_BITRATE
