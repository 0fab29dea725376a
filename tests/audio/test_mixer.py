"""The mix that each person in a room hears."""

import numpy as np
import pytest

from audio.mixing.gain_control import WANTED
from audio.mixing.levels import level_of
from audio.mixing.loss import PERIOD, LossReports
from audio.mixing.opus import FRAME, MAX_FRAME_BYTES, RATE
from audio.mixing.voice import Voice
from tests.audio.room import ANA, BEN, CLEO, LISTENER, Room
from tests.audio.sound import (
    Packet,
    coloured_noise,
    decode,
    encode,
    frames,
    noise,
    silence,
    sine,
    speech,
    strength,
)


def test_everyone_hears_the_others_and_not_themselves() -> None:
    room = Room(ANA, BEN, CLEO)
    room.run(seconds=3, u1=sine(600, seconds=3), u2=sine(1000, seconds=3))
    levels = {
        person: (strength(room.sound(person), 600), strength(room.sound(person), 1000))
        for person in (LISTENER, CLEO, ANA, BEN)
    }
    for person in (LISTENER, CLEO):
        assert min(levels[person]) > -23
    assert levels[ANA][1] > -23
    assert levels[BEN][0] > -23
    assert levels[LISTENER][0] - levels[ANA][0] >= 50  # their own tone
    assert levels[LISTENER][1] - levels[BEN][1] >= 50


def test_mix_minus_works_with_gain_control_and_limiting() -> None:
    room = Room(ANA, BEN)
    room.run(seconds=3, u1=sine(600, seconds=3, level=-4), u2=sine(1000, seconds=3, level=-40))
    ana, listener = room.sound(ANA), room.sound(LISTENER)
    assert strength(listener, 600) - strength(ana, 600) >= 50
    assert strength(ana, 1000) > -40


def test_two_loud_voices_are_lowered_without_clipping() -> None:
    room = Room(ANA, BEN)
    room.run(seconds=3, u1=sine(600, seconds=3, level=-3), u2=sine(1000, seconds=3, level=-3))
    heard = room.sound(LISTENER)
    clear = min(strength(heard, 600), strength(heard, 1000))
    assert strength(heard, 1400) < clear - 40  # 2 * 1000 - 600: a product of clipping
    assert strength(heard, 200) < clear - 40  # 2 * 600 - 1000


def test_only_speakers_who_make_sound_get_their_own_packet() -> None:
    room = Room(ANA, BEN, CLEO)
    room.run(seconds=1, u1=sine(600, seconds=1))
    assert set(room.mixes[-1].own) == {ANA}
    room.run(seconds=2.5)
    assert dict(room.mixes[-1].own) == {}


def test_a_muted_person_is_not_in_the_mix() -> None:
    room = Room(ANA, BEN)
    room.run(seconds=1, u1=sine(600, seconds=1))
    room.mixer.mute(ANA, True)
    room.run(seconds=2, u1=sine(600, seconds=2))
    assert strength(room.sound(LISTENER), 600) < -90
    assert room.mixes[-1].talkers == ()
    room.mixer.mute(ANA, False)
    room.run(seconds=1.5, u1=sine(600, seconds=1.5))
    assert strength(room.sound(LISTENER), 600) > -25


def test_muting_takes_effect_with_the_next_tick() -> None:
    room = Room(ANA)
    room.run(seconds=1, u1=sine(600, seconds=1))
    room.mixer.mute(ANA, True)
    room.run(seconds=0.2, u1=sine(600, seconds=0.2))
    last = room.sound(LISTENER)[-5 * FRAME :]
    assert level_of(last) < -80
    assert room.mixes[50].talkers == ()


def test_a_removed_person_is_not_in_the_mix() -> None:
    room = Room(ANA)
    room.run(seconds=1, u1=sine(600, seconds=1))
    room.mixer.remove(ANA)
    room.run(seconds=1.5, u1=sine(600, seconds=1.5))
    assert strength(room.sound(LISTENER), 600) < -90
    assert room.mixer.people == frozenset()


def test_a_talker_is_listed_within_140_ms_of_the_first_sound() -> None:
    room = Room(ANA, BEN)
    room.run(seconds=0.2, u1=silence(0.2))
    room.run(seconds=1, u1=sine(600, seconds=1, level=-26))
    named = [number for number, mix in enumerate(room.mixes) if mix.talkers == (ANA,)]
    assert named[0] - 10 <= 7  # ticks, including the wait in the jitter buffer
    assert named == list(range(named[0], 60))
    room.run(seconds=1)
    assert room.mixes[-1].talkers == ()


@pytest.mark.parametrize("level", [-46.0, -52.0])
def test_a_quiet_voice_is_listed_as_talking_within_150_ms(level: float) -> None:
    room = Room(ANA)
    said = np.concatenate((silence(1), speech(level=level)[: 2 * RATE]))
    room.run(seconds=3, u1=said)
    begins = next(i for i, frame in enumerate(frames(said)) if level_of(frame) > level - 15)
    named = [number for number, mix in enumerate(room.mixes) if mix.talkers == (ANA,)]
    assert (named[0] - begins) * 20 <= 150  # including the wait in the jitter buffer
    assert named == list(range(named[0], 150))


@pytest.mark.parametrize("level", [-52.0, -40.0])
def test_room_noise_does_not_count_as_talking_and_is_not_raised(level: float) -> None:
    room = Room(ANA)
    room.run(seconds=8, u1=noise(seconds=8, level=level))
    assert {mix.talkers for mix in room.mixes} == {()}
    once = decode(encode(decode(encode(noise(seconds=8, level=level)))))
    assert level_of(room.sound(LISTENER)[-RATE:]) < level_of(once[-RATE:]) + 0.5


def test_the_noise_behind_a_quiet_voice_is_not_raised() -> None:
    room = Room(ANA)
    said = np.concatenate([speech(level=-32)] * 2 + [silence(1)])
    behind = coloured_noise(0.5, seconds=20, level=-42)[: len(said)]
    room.run(seconds=len(said) / RATE, u1=said + behind)
    assert (ANA,) in {mix.talkers for mix in room.mixes}
    assert level_of(room.sound(LISTENER)[-RATE // 2 :]) < -41


def test_a_persons_new_stream_replaces_the_old_one_for_good() -> None:
    room = Room(ANA)
    room.run(seconds=1, u1=sine(600, seconds=1), ssrc=1)
    room.run(seconds=0.1, u1=sine(1000, seconds=0.1), ssrc=2)
    room.run(seconds=0.02, u1=sine(600, seconds=0.02), ssrc=1)
    room.run(seconds=1.5, u1=sine(1000, seconds=1.5), ssrc=2)
    assert strength(room.sound(LISTENER), 1000) > -25
    assert strength(room.sound(LISTENER), 600) < -80


def test_lost_packets_do_not_change_the_loudness() -> None:
    room = Room(ANA)
    sent = encode(sine(600, seconds=3))
    for tick in range(150):
        if tick % 20 != 10:
            room.mixer.push(ANA, Packet(tick * FRAME, sent[tick]), tick * 0.020)
        room.heard[LISTENER].append(room.mixer.tick(tick * 0.020).shared)
    assert round(strength(room.sound(LISTENER), 600)) == WANTED


def test_timestamps_advance_evenly() -> None:
    room = Room(ANA)
    room.run(seconds=1)
    steps = np.diff([mix.timestamp for mix in room.mixes]) % 2**32
    assert set(steps.tolist()) == {FRAME}


def test_in_long_silence_a_packet_without_content_is_sent_every_400_ms() -> None:
    room = Room(ANA)
    room.run(seconds=3)
    assert level_of(room.sound(LISTENER)) < -80
    sent = [mix.shared for mix in room.mixes[-100:] if mix.shared]
    assert (len(sent), {len(packet) for packet in sent}) == (5, {1})


def test_a_new_receiver_gets_a_packet_at_once_in_long_silence() -> None:
    room = Room(ANA)
    room.run(seconds=3)
    while room.mixes[-1].shared:
        room.run(seconds=0.02)
    room.mixer.refresh()
    room.run(seconds=0.02)
    assert room.mixes[-1].shared


def test_sound_after_a_long_silence_is_clean() -> None:
    room = Room(ANA)
    room.run(seconds=5)
    room.run(seconds=2, u1=sine(600, seconds=2, level=-22))
    heard = room.sound(LISTENER)
    assert round(strength(heard, 600)) == -22
    assert strength(heard, 900) < -70


def test_thirteen_people_can_talk_at_the_same_time() -> None:
    people = [f"u{number}" for number in range(13)]
    room = Room(*people)
    tone = sine(600, seconds=0.6, level=-12)
    room.run(seconds=0.6, **dict.fromkeys(people, tone))
    assert room.mixes[-1].talkers == tuple(people)
    assert set(room.mixes[-1].own) == set(people)
    assert all(0 < len(packet) <= MAX_FRAME_BYTES for packet in room.mixes[-1].own.values())


def test_malformed_packets_and_those_of_people_off_stage_are_ignored() -> None:
    room = Room(ANA)
    for number, payload in enumerate((b"", b"\xff" * 40, bytes(1400))):
        room.mixer.push(ANA, Packet(number, payload), 0.0)
        room.mixer.push("u7", Packet(number, payload), 0.0)
    room.run(seconds=0.5)
    assert room.mixer.people == {ANA}
    assert room.mixes[-1].talkers == ()


def test_hostile_packets_do_not_disturb_other_voices() -> None:
    room = Room(ANA, BEN)
    random = np.random.default_rng(11)
    tone = encode(sine(600, seconds=3))
    for tick in range(150):
        room.mixer.push(ANA, Packet(tick * FRAME, tone[tick]), tick * 0.020)
        header = bytes([int(random.integers(256)) & 0xFC])  # one frame of any kind
        garbage = header + random.bytes(int(random.integers(1, 300)))
        room.mixer.push(BEN, Packet(tick * FRAME, garbage), tick * 0.020)
        mix = room.mixer.tick(tick * 0.020)
        room.heard[BEN].append(mix.own.get(BEN, mix.shared))
        room.heard[LISTENER].append(mix.shared)
    assert round(strength(room.sound(BEN), 600)) == WANTED
    assert bool(np.isfinite(room.sound(LISTENER)).all())


def test_samples_that_are_not_numbers_stay_out_of_the_mix() -> None:
    voice = Voice()
    voice.playout.read = lambda now: np.full(FRAME, np.nan, np.float32)  # type: ignore[method-assign]
    heard = [voice.pull(tick * 0.020) for tick in range(10)]
    assert [part is None or bool(np.isfinite(part).all()) for part in heard] == [True] * 10


def test_reported_loss_raises_redundancy_without_changing_the_sound() -> None:
    room = Room(ANA)
    for _ in range(4):
        room.mixer.report_loss(LISTENER, 0.2)
        room.mixer.report_loss("u8", 0.1)
        room.run(seconds=5.0)
    assert round(room.mixer._loss.expected, 2) == 0.14
    room.run(seconds=2, u1=sine(600, seconds=2))
    assert round(strength(room.sound(LISTENER), 600)) == WANTED


def test_each_person_counts_once_in_the_expected_loss() -> None:
    reports = LossReports()
    for person in range(9):
        reports.report(f"u{person}", 0.0)
    for _ in range(10_000):
        reports.report("u99", 1.0)
    changed = [reports.advance() for _ in range(PERIOD)]
    assert (changed[-1], round(reports.expected, 3)) == (True, 0.075)


def test_the_soundscape_plays_when_nobody_speaks() -> None:
    room = Room(soundscape=True)
    room.run(seconds=3)
    heard = room.sound(LISTENER)
    assert -40 < level_of(heard) < -15
    assert float(np.abs(heard).max()) < 0.5
    assert room.mixes[-1].talkers == ()


def test_the_soundscape_is_also_in_a_speakers_own_mix() -> None:
    room = Room(ANA, soundscape=True)
    room.run(seconds=2, u1=sine(3000, seconds=2))
    assert level_of(room.sound(ANA)[-48_000:]) > -40
    assert strength(room.sound(LISTENER), 3000) - strength(room.sound(ANA), 3000) > 35


def test_an_idle_room_behaves_like_one_that_is_not_idle() -> None:
    """A tick does less in an idle room, but the room must still notice everything that happens."""
    said = sine(600, seconds=1, level=-22)
    heard = []
    for may_idle in (True, False):
        room = Room(ANA, BEN)
        if not may_idle:
            room.mixer._is_settled = lambda: False
        room.run(seconds=2)
        assert room.mixer._idle is may_idle
        room.run(seconds=1, u1=said)
        assert room.mixer._idle is False
        room.run(seconds=3)
        assert room.mixer._idle is may_idle
        room.mixer.mute(ANA, True)
        room.mixer.saver = True
        room.mixer.add(CLEO, muted=False)
        room.run(seconds=2, u3=said)
        room.run(seconds=2)
        room.mixer.remove(CLEO)
        room.mixer.soundscape = True
        room.run(seconds=1)
        start = room.mixes[0].timestamp
        heard.append(
            [
                (mix.shared, mix.own, mix.talkers, (mix.timestamp - start) % 2**32)
                for mix in room.mixes
            ]
        )
    assert heard[0] == heard[1]
