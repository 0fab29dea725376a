"""Behaviour of RTP senders, standard or not, that caused problems in comparable systems."""

import struct

import pytest

from audio.mixing.opus import FRAME, RATE
from audio.transport import dtls, rtp
from audio.transport.dtls import Certificate, DtlsSession, Role
from tests.audio.sound import packet
from tests.field.sender import Call

SECOND = 50  # packets
TAKEOVER = 4  # windows of 20 ms until a new stream is heard
RED, COMFORT_NOISE = 63, 13  # payload types that we do not negotiate
LEVEL = 1  # the extension id of the audio level in the test's offer


def test_silence_between_words_does_not_count_as_loss() -> None:
    """With DTX, a packet of one byte comes every 400 ms, and the sequence numbers have no gap."""
    call = Call()
    for _ in range(3):
        call.speak(SECOND)
        for _ in range(5):
            call.receive(call.sender.pack(packet(0)[:1], samples=20 * FRAME))
            call.pause(0.4)
    call.speak(SECOND)
    jitter = call.voice.playout.jitter

    assert (jitter.lost, jitter.late) == (0, 0)
    assert jitter.delay < 0.06
    assert call.loud() >= 4 * (SECOND - TAKEOVER)


def test_pauses_without_advancing_timestamps_do_not_add_delay() -> None:
    """A bot advances its timestamps per packet, and pauses between its sentences."""
    call = Call()
    for _ in range(12):
        call.speak(SECOND // 2)
        call.pause(0.7)
    call.speak(SECOND)

    assert call.voice.playout.jitter.delay < 0.1
    assert call.loud() >= 12 * (SECOND // 2 - TAKEOVER) + SECOND - TAKEOVER


def test_a_microphone_that_sent_nothing_while_muted_is_heard_again() -> None:
    call = Call()
    call.speak(SECOND)
    call.pause(30.0)
    call.sender.timestamp += 30 * RATE
    call.speak(SECOND)

    assert len(call.gaps()) == 1
    assert call.loud() >= 2 * (SECOND - TAKEOVER)
    assert call.voice.playout.jitter.delay < 0.06


def test_a_voice_can_return_to_its_former_ssrc_after_a_hold() -> None:
    """During a hold a phone sends with a second SSRC; afterwards it continues with the first."""
    call = Call()
    call.speak(SECOND)
    before = call.sender.ssrc, call.sender.sequence_number, call.sender.timestamp
    call.sender.restart()
    call.speak(SECOND)
    call.pause(0.6)
    call.sender.ssrc, call.sender.sequence_number, call.sender.timestamp = before
    call.speak(SECOND)

    assert call.loud() >= 3 * (SECOND - TAKEOVER)


def test_a_voice_survives_the_wrap_of_its_sequence_numbers() -> None:
    call = Call()
    call.sender.sequence_number = 65_536 - SECOND
    call.speak(2 * SECOND)

    assert call.gaps() == []
    assert call.loud() >= 2 * SECOND - TAKEOVER


def test_a_voice_survives_a_jump_of_its_sequence_numbers() -> None:
    """A new track replaces the old one, with sequence numbers of its own."""
    call = Call()
    for _ in range(4):
        call.speak(SECOND)
        call.sender.sequence_number += 20_000
        call.sender.timestamp += 7_000_000
    call.speak(SECOND)

    assert call.gaps() == []
    assert call.loud() >= 5 * SECOND - TAKEOVER


@pytest.mark.parametrize("payload_type", [RED, COMFORT_NOISE])
def test_packets_with_an_unknown_payload_type_are_ignored(payload_type: int) -> None:
    call = Call()
    for _ in range(SECOND):
        call.speak(1)
        call.receive(call.sender.pack(b"\x40", samples=0, payload_type=payload_type))
    before = call.sender.ssrc
    call.sender.ssrc = before + 1  # nor does a stream of such packets replace the voice
    call.receive(call.sender.pack(b"\x40", samples=0, payload_type=payload_type))
    call.sender.ssrc = before
    call.speak(SECOND)

    assert call.gaps() == []
    assert call.loud() >= 2 * SECOND - TAKEOVER


@pytest.mark.parametrize(
    "extension",
    [
        struct.pack(">HH4s", 0xBEDE, 1, bytes((LEVEL << 4, 20, 0, 0))),
        struct.pack(">HH8s", 0x1000, 2, bytes((LEVEL, 1, 20, 17, 2, 9, 9, 0))),
        struct.pack(">HH4s", 0xBEDE, 1, bytes((0xF0, 1, 2, 3))),
        struct.pack(">HH4s", 0x4242, 1, b"mine"),
        struct.pack(">HH", 0xBEDE, 0),
    ],
    ids=["one byte", "two bytes", "reserved", "another profile", "empty"],
)
def test_header_extensions_are_not_played(extension: bytes) -> None:
    call, plain = Call(), Call()
    call.speak(SECOND, lambda: call.sender.pack(extension=extension))
    plain.speak(SECOND)

    assert call.levels() == plain.levels()


@pytest.mark.parametrize("reserved", [0x01, 0xF0])
def test_extensions_after_a_reserved_id_are_ignored(reserved: int) -> None:
    """RFC 8285 §4.2: parsing stops at the ids 0 and 15."""
    header = struct.pack(">BBHII", 0x90, 111, 1, 1, 1)
    body = bytes((reserved, 0, LEVEL << 4, 20, LEVEL << 4, 20, 0, 0))
    parsed = rtp.parse(header + struct.pack(">HH", 0xBEDE, 2) + body + b"x", audio_level_id=LEVEL)

    assert (parsed.audio_level, parsed.payload) == (None, b"x")


def test_a_handshake_in_small_fragments_succeeds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some clients split every handshake message into fragments of 256 bytes."""
    server = DtlsSession(Certificate(), role=Role.SERVER)
    monkeypatch.setattr(dtls, "MTU", 256)
    client = DtlsSession(Certificate(), role=Role.CLIENT)
    client.start()
    sizes = []
    for _ in range(20):
        for datagram in client.take():
            sizes.append(len(datagram))
            server.receive(datagram)
        for datagram in server.take():
            client.receive(datagram)

    assert client.is_open
    assert server.is_open
    assert max(sizes) <= 256
