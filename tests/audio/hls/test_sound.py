"""Packets of a Space become sound that lasts as long as it took in reality."""

import numpy as np

from audio.hls.sound import HOLD, ContinuousSound
from audio.mixing.opus import FRAME, RATE, Pcm
from audio.mixing.output import REFRESH_EVERY
from tests.audio.sound import encode, open_music_encoder, sine, stereo, strength

WRAP = 1 << 32
EMPTY = b"\x08"  # a packet without content


class Written:
    """What a ContinuousSound writes, by a clock that the test moves."""

    def __init__(self) -> None:
        self.now = 100.0
        self.frames: list[Pcm] = []
        self.sound = ContinuousSound(self.frames.append, clock=lambda: self.now)

    @property
    def pcm(self) -> Pcm:
        return np.concatenate(self.frames)[:, 0]

    @property
    def length(self) -> int:
        return sum(map(len, self.frames))

    def send(self, packets: list[bytes], *, start: int = 0) -> int:
        """Send packets in real time, from this timestamp on; return the one that follows."""
        for packet in packets:
            self.sound.receive(packet, start % WRAP, 0)
            start += FRAME
            self.now += FRAME / RATE
        return start


def test_sound_without_gaps_is_decoded_as_it_is() -> None:
    written = Written()
    written.send(encode(sine(600, seconds=2)), start=WRAP - 10 * FRAME)
    assert written.length == 2 * RATE
    assert strength(written.pcm, 600) > -23


def test_pauses_in_transmission_become_silence_of_their_length() -> None:
    written = Written()
    after = written.send(encode(sine(600, seconds=1)))
    for _ in range(5):  # the origin sends an empty packet every 400 ms
        written.send([EMPTY], start=after)
        after += REFRESH_EVERY * FRAME
        written.now += (REFRESH_EVERY - 1) * FRAME / RATE
        written.sound.advance(written.now)
    written.send(encode(sine(600, seconds=1)), start=after)
    assert written.length == 4 * RATE
    assert np.abs(written.pcm[RATE + FRAME : 3 * RATE]).max() == 0
    assert strength(written.pcm, 600) > -23


def test_lost_packets_are_replaced_by_sound_of_their_length() -> None:
    written = Written()
    packets = encode(sine(600, seconds=2))
    after = written.send(packets[:50])
    written.sound.receive(packets[53], after + 3 * FRAME, 3)
    written.send(packets[54:], start=after + 4 * FRAME)
    assert written.length == 2 * RATE
    gap = written.pcm[50 * FRAME : 53 * FRAME]
    assert np.sqrt(np.mean(gap**2)) > 0.02


def test_without_packets_silence_is_written_after_a_moment() -> None:
    written = Written()
    written.send(encode(sine(600, seconds=1)))
    began = written.now
    while written.now < began + 3:
        written.now += 0.1
        written.sound.advance(written.now)
    elapsed = RATE + (written.now - began - HOLD) * RATE
    assert abs(written.length - elapsed) <= 2 * FRAME
    assert np.abs(written.pcm[RATE + FRAME :]).max() == 0


def test_packets_that_come_after_their_time_was_written_are_dropped() -> None:
    written = Written()
    packets = encode(sine(600, seconds=2))
    after = written.send(packets[:50])
    written.now += 2.0
    written.sound.advance(written.now)
    before = written.length
    for number, packet in enumerate(packets[50:60]):
        written.sound.receive(packet, after + number * FRAME, 0)
    assert written.length == before


def test_another_origin_continues_at_the_moment_of_its_first_packet() -> None:
    written = Written()
    written.send(encode(sine(600, seconds=1)), start=1_000_000)
    written.now += 0.5
    written.sound.restart()
    written.send(encode(sine(1000, seconds=1)), start=77)
    assert abs(written.length - 2.5 * RATE) <= 2 * FRAME
    assert strength(written.pcm, 1000) > -23


def test_nothing_is_written_before_the_first_packet() -> None:
    written = Written()
    written.sound.advance(written.now + 10)
    written.sound.receive(b"", 0, 0)
    assert (written.frames, written.sound.has_begun) == ([], False)


def test_music_is_stereo_until_the_packets_stay_mono() -> None:
    written = Written()
    music = stereo(sine(600, seconds=1), sine(1000, seconds=1))
    after = written.send(encode(music, encoder=open_music_encoder()))
    assert written.sound.is_stereo
    left, right = np.concatenate(written.frames).T
    assert strength(left, 600) > strength(right, 600) + 20
    written.send(encode(sine(600, seconds=3)), start=after)
    assert not written.sound.is_stereo
