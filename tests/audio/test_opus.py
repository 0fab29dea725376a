"""Encode and decode with libopus through ctypes."""

import numpy as np
import pytest

from audio.mixing.levels import level_of
from audio.mixing.libopus import OpusError
from audio.mixing.opus import (
    FRAME,
    RATE,
    Application,
    Decoder,
    Encoder,
    EncoderSettings,
    has_redundancy,
    samples_in,
)
from tests.audio.sound import buzz, decode, encode, frames, noise, sine, strength


def test_a_tone_keeps_its_level() -> None:
    heard = decode(encode(sine(600, level=-20)))
    assert round(strength(heard, 600)) == -20


def test_the_length_of_a_packet_is_read_from_it() -> None:
    assert samples_in(encode(sine(600, seconds=0.02))[0]) == FRAME


@pytest.mark.parametrize("packet", [b"", b"\xff", b"\xff\xff\xff", bytes(3)[:0]])
def test_invalid_packets_have_no_samples(packet: bytes) -> None:
    assert samples_in(packet) == 0


def test_random_packets_raise_an_error_or_decode_to_their_announced_length() -> None:
    random = np.random.default_rng(1)
    decoder = Decoder()
    for length in range(1, 200):
        packet = random.bytes(length)
        if samples := samples_in(packet):
            try:
                assert len(decoder.decode(packet, samples)) == samples
            except OpusError:
                decoder.reset()


def test_only_whole_frames_are_encoded() -> None:
    with pytest.raises(ValueError, match="960"):
        Encoder().encode(np.zeros(500, np.float32))


def test_each_stream_has_its_own_settings() -> None:
    saver = Encoder(EncoderSettings(bitrate=16_000))
    music = Encoder(EncoderSettings(bitrate=96_000, channels=2, application=Application.AUDIO))
    mono = frames(noise(seconds=2.0, level=-20))
    stereo = [np.column_stack((frame, -frame)) for frame in mono]
    sizes = [
        sum(len(saver.encode(frame)) for frame in mono) / 250,  # kbit/s
        sum(len(music.encode(frame)) for frame in stereo) / 250,
    ]
    assert sizes[0] < 20
    assert 80 < sizes[1] < 110


def test_stereo_channels_stay_separate() -> None:
    left = sine(600, seconds=1.0)
    both = np.column_stack((left, np.zeros_like(left)))
    encoder = Encoder(EncoderSettings(bitrate=96_000, channels=2, application=Application.AUDIO))
    decoder = Decoder(channels=2)
    heard = np.concatenate([decoder.decode(encoder.encode(frame), FRAME) for frame in frames(both)])
    assert round(strength(heard[:, 0], 600)) == -20
    assert strength(heard[:, 1], 600) < -60


def test_a_stream_can_change_its_bitrate() -> None:
    encoder = Encoder(EncoderSettings(bitrate=48_000))
    sound = frames(noise(seconds=1.0, level=-20))
    before = sum(len(encoder.encode(frame)) for frame in sound)
    encoder.set_bitrate(16_000)
    assert sum(len(encoder.encode(frame)) for frame in sound) < before / 2


def test_a_lost_frame_is_recovered_from_the_next_packet() -> None:
    sound = sine(300, seconds=1.0, level=-14) * np.hanning(48_000).astype(np.float32)
    packets = encode(sound, loss=0.3)
    recovered, concealed = Decoder(), Decoder()
    for packet in packets[:20]:
        recovered.decode(packet, FRAME)
        concealed.decode(packet, FRAME)
    with_fec = recovered.recover(packets[23], FRAME)  # frames 20 to 22 are lost
    without_fec = concealed.conceal(FRAME)
    expected = level_of(frames(sound)[22])
    assert abs(level_of(with_fec) - expected) < 3
    assert abs(level_of(with_fec) - expected) < abs(level_of(without_fec) - expected)


@pytest.mark.parametrize("duration", [480, 960, 1920, 2880])
@pytest.mark.parametrize("channels", [1, 2])
def test_redundancy_is_detected(duration: int, channels: int) -> None:
    voice = buzz(seconds=1.5)[RATE // 2 :]
    sound = voice if channels == 1 else np.column_stack((voice, voice[::-1]))
    pieces = frames(sound, duration=duration)
    with_fec = Encoder(EncoderSettings(bitrate=48_000, channels=channels, loss=0.2))
    without = Encoder(EncoderSettings(bitrate=48_000, channels=channels, fec=False))
    seen = [has_redundancy(with_fec.encode(np.ascontiguousarray(piece))) for piece in pieces]
    assert sum(seen) >= 0.5 * len(pieces)
    assert not any(has_redundancy(without.encode(np.ascontiguousarray(piece))) for piece in pieces)


def test_looking_for_redundancy_in_random_packets_does_not_crash() -> None:
    random = np.random.default_rng(1)
    assert not has_redundancy(b"")
    assert not has_redundancy(b"\x00")
    assert {has_redundancy(random.bytes(length % 60)) for length in range(2000)} == {False, True}


def test_the_end_of_a_lost_frame_can_be_recovered_alone() -> None:
    packets = encode(buzz(seconds=1.0), loss=0.3)
    whole, end = Decoder(), Decoder()
    for packet in packets[:30]:
        whole.decode(packet, FRAME)
        end.decode(packet, FRAME)
    expected = whole.recover(packets[31], FRAME)[-480:]
    assert np.array_equal(end.recover(packets[31], 480), expected)


def test_long_concealment_fades_out() -> None:
    decoder = Decoder()
    for packet in encode(sine(300, seconds=0.5)):
        decoder.decode(packet, FRAME)
    levels = [level_of(decoder.conceal(FRAME)) for _ in range(10)]
    assert levels[9] < levels[0] - 20
