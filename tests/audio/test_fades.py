"""Nothing clicks: sound that begins or ends in the middle of a wave is faded within 8 ms."""

from collections.abc import Callable

import numpy as np
import pytest

from audio.mixing.fades import FADE_IN, LENGTH
from audio.mixing.opus import FRAME, RATE, Pcm
from audio.mixing.playout import Playout
from audio.mixing.soundscape import Soundscape
from audio.mixing.voice import Voice
from tests.audio.room import ANA, BEN, LISTENER, Room
from tests.audio.sound import Packet, decode, encode, open_encoder, sine, speech, step

TONE_STEP = 0.0056  # between two samples of a tone of 301 Hz at -20 dBFS
SOME_PHASES = [0, 37, 71]  # samples; the points in the wave at which the tone is cut


def tone(seconds: float, phase: int = 0) -> Pcm:
    """A tone with a fade-in of its own."""
    sound = sine(301, seconds=seconds + 0.1, level=-20)[phase:][: round(seconds * RATE)]
    sound[:FRAME] *= FADE_IN
    return sound


def mute(room: Room, phase: int) -> None:
    room.run(seconds=1, u1=tone(1, phase))
    room.mixer.mute(ANA, True)
    room.run(seconds=0.2, u1=tone(0.2))


def unmute(room: Room, phase: int) -> None:
    sound = tone(1.2, phase)
    room.mixer.mute(ANA, True)
    room.run(seconds=0.2, u1=sound[: RATE // 5])
    room.mixer.mute(ANA, False)
    room.run(seconds=1, u1=sound[RATE // 5 :])


def remove(room: Room, phase: int) -> None:
    room.run(seconds=1, u1=tone(1, phase))
    room.mixer.remove(ANA)
    room.run(seconds=0.2, u1=tone(0.2))


def join(room: Room, phase: int) -> None:
    room.mixer.add("u7", muted=False)
    room.run(seconds=1, u7=tone(1, phase))


def lose(room: Room, phase: int) -> None:
    room.run(seconds=1, u1=tone(1, phase))
    room.run(seconds=0.5)


def reconnect(room: Room, phase: int) -> None:
    room.run(seconds=1, u1=tone(1, phase))
    room.run(seconds=1, u1=tone(1), ssrc=2)


def start_and_stop_during_another_voice(room: Room, phase: int) -> None:
    beside = tone(3, phase)
    room.run(seconds=1, u1=beside[:RATE])
    room.run(seconds=1, u1=beside[RATE : 2 * RATE], u2=sine(200, seconds=0.5, level=-35))
    room.mixer.mute(BEN, True)
    room.run(seconds=1, u1=beside[2 * RATE :])


@pytest.mark.parametrize("phase", SOME_PHASES)
@pytest.mark.parametrize(
    "action", [mute, unmute, remove, join, lose, reconnect, start_and_stop_during_another_voice]
)
def test_nothing_clicks(action: Callable[[Room, int], None], phase: int) -> None:
    room = Room(ANA, BEN)
    room.run(seconds=0.2)
    action(room, phase)
    for person in (LISTENER, BEN):
        assert step(room.sound(person)) < 1.5 * TONE_STEP


@pytest.mark.parametrize("length", [480, 960, 1_920])
def test_the_last_packet_fades_out_whatever_its_length(length: int) -> None:
    voice = Voice()
    heard = []
    encoder, sound = open_encoder(), tone(1)
    packets = [encoder.encode(sound[at : at + length]) for at in range(0, len(sound), length)]
    for tick in range(75):
        for number in range(tick * FRAME // length, (tick + 1) * FRAME // length):
            if number < len(packets):
                voice.push(Packet(number * length, packets[number]), tick * 0.020)
        part = voice.pull(tick * 0.020)
        heard.append(np.zeros(FRAME, np.float32) if part is None else part)
    assert step(np.concatenate(heard)) < 1.5 * TONE_STEP
    assert heard[-1].max() == 0


def test_a_voice_that_is_cut_off_fades_out_in_eight_milliseconds() -> None:
    voice = Voice()
    for number, packet in enumerate(encode(tone(1))):
        voice.push(Packet(number * FRAME, packet), number * 0.020)
        voice.pull(number * 0.020)
    voice.silence()
    tail = voice.take_tail()
    assert tail is not None
    assert np.abs(tail[:LENGTH]).max() > 0.05
    assert np.abs(tail[LENGTH:]).max() == 0
    assert voice.pull(1.0) is None


def test_the_fade_out_contains_no_sound_that_was_not_yet_played() -> None:
    playout = Playout()
    for number, packet in enumerate(encode(tone(0.2)) + encode(sine(3_000, seconds=0.2))):
        playout.jitter.push(number * FRAME, packet, number * 0.020)
        if number < 10:
            playout.read(number * 0.020)
    spectrum = np.abs(np.fft.rfft(playout.tail()))
    assert spectrum[60] < spectrum[6] / 100  # bins of 50 Hz


def test_the_soundscape_fades_in_and_out() -> None:
    soundscape = Soundscape()
    assert soundscape.frame()[0] == 0
    assert soundscape.frame()[0] != 0
    assert np.abs(soundscape.tail()[LENGTH:]).max() == 0


def test_a_voice_keeps_its_spectrum() -> None:
    """Each octave differs by less than a decibel from two passes through Opus alone."""
    said = speech()
    room = Room(ANA)
    room.run(seconds=len(said) / RATE, u1=said)
    heard, reference = room.sound(LISTENER), decode(encode(decode(encode(said))))
    difference = octaves(heard) - octaves(reference)
    assert np.abs(difference - difference.mean()).max() < 1.0


def octaves(sound: Pcm) -> Pcm:
    """dB in the octaves from 125 Hz to 4 kHz."""
    power = np.abs(np.fft.rfft(sound)) ** 2
    hertz = np.fft.rfftfreq(len(sound), 1 / RATE)
    edges = 88 * 2.0 ** np.arange(7)
    return 10 * np.log10([power[(hertz >= low) & (hertz < 2 * low)].sum() for low in edges[:-1]])
