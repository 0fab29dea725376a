import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.transport import rtp
from audio.transport.rtp import OutboundStream, RtpError, RtpPacket

HEAD = struct.pack(">BBHII", 0x80, 0xEF, 513, 960, 7)


def with_extension(profile: int, body: bytes) -> bytes:
    extension = struct.pack(">HH", profile, len(body) // 4) + body
    return b"\x90" + HEAD[1:] + extension + b"opus"


def test_a_packet_is_parsed() -> None:
    assert rtp.parse(HEAD + b"opus") == RtpPacket(
        sequence_number=513,
        timestamp=960,
        ssrc=7,
        payload_type=111,
        marker=True,
        payload=b"opus",
        audio_level=None,
    )


@pytest.mark.parametrize(
    ("profile", "body"),
    [
        (0xBEDE, b"\x00\x10\xff\x30\x99\x00\x00\x00"),
        (0x1000, b"\x01\x00\x03\x01\x99\x00\x00\x00"),
    ],
)
def test_the_audio_level_is_read_without_its_voice_bit(profile: int, body: bytes) -> None:
    packet = rtp.parse(with_extension(profile, body), audio_level_id=3)

    assert (packet.audio_level, packet.payload) == (0x19, b"opus")


def test_an_extension_that_was_not_negotiated_is_skipped() -> None:
    packet = rtp.parse(with_extension(0xBEDE, b"\x30\x99\x00\x00"))

    assert (packet.audio_level, packet.payload) == (None, b"opus")


def test_padding_and_contributing_sources_are_removed() -> None:
    padded = b"\xa2" + HEAD[1:] + bytes(8) + b"opus" + b"\x00\x00\x03"

    assert rtp.parse(padded).payload == b"opus"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        HEAD[:-1],
        b"\x40" + HEAD[1:],
        b"\xa0" + HEAD[1:] + b"\x00",
        b"\xa0" + HEAD[1:] + b"\x09",
    ],
)
def test_invalid_packets_are_refused(data: bytes) -> None:
    with pytest.raises(RtpError):
        rtp.parse(data)


def test_sequence_numbers_wrap() -> None:
    stream = OutboundStream(ssrc=7, payload_type=111, sequence_number=65534)
    numbers = [rtp.parse(stream.pack(b"opus", 0)).sequence_number for _ in range(3)]

    assert numbers == [65535, 0, 1]
    assert (stream.packets, stream.octets) == (3, 12)


@given(st.binary(max_size=1500), st.integers(1, 255))
def test_random_data_is_parsed_or_refused(data: bytes, level: int) -> None:
    try:
        packet = rtp.parse(data, audio_level_id=level)
    except RtpError:
        return
    assert len(packet.payload) <= len(data) - 12
    assert packet.audio_level is None or 0 <= packet.audio_level <= 127


@given(st.sampled_from([0xBEDE, 0x1000, 0x1005]), st.binary(max_size=64), st.integers(1, 255))
def test_any_extension_is_parsed(profile: int, body: bytes, level: int) -> None:
    whole = body[: len(body) // 4 * 4]

    assert rtp.parse(with_extension(profile, whole), audio_level_id=level).payload == b"opus"
