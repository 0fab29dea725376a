"""RTP packets (RFC 3550, section 5.1) with the audio level header extension (RFC 6464)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

VERSION = 2
HEADER = struct.Struct(">BBHII")
SSRC_AUDIO_LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"

_ONE_BYTE_EXTENSIONS = 0xBEDE  # RFC 8285, section 4.2
_TWO_BYTE_EXTENSIONS = 0x1000  # RFC 8285, section 4.3, without the four application bits
_LEVEL_BITS = 0x7F  # without the voice activity bit, since `mixing.talk` detects talk


class RtpError(ValueError):
    """A malformed RTP packet."""


class RtpPacket(NamedTuple):
    """One decrypted RTP packet.

    `timestamp` counts samples at 48 kHz. `audio_level` is in -dBov, from 0 (loudest) to 127
    (silence); None if the packet has no such extension.
    """

    sequence_number: int
    timestamp: int
    ssrc: int
    payload_type: int
    marker: bool
    payload: bytes
    audio_level: int | None = None


@dataclass(slots=True)
class OutboundStream:
    """The RTP stream that the node sends to one receiver.

    Receivers do not share a stream, since a receiver that joined near the wrap of the sequence
    number could disagree with the node on the rollover counter (RFC 3711, section 3.3.1).
    """

    ssrc: int
    payload_type: int
    sequence_number: int
    packets: int = 0
    octets: int = 0

    def pack(self, payload: bytes, timestamp: int) -> bytes:
        """Return the next packet of this stream, not yet encrypted."""
        self.sequence_number = (self.sequence_number + 1) & 0xFFFF
        self.packets += 1
        self.octets += len(payload)
        return (
            HEADER.pack(VERSION << 6, self.payload_type, self.sequence_number, timestamp, self.ssrc)
            + payload
        )


def parse(data: bytes, *, audio_level_id: int | None = None) -> RtpPacket:
    """Parse one packet; `audio_level_id` is the extension's id in the session description."""
    if len(data) < HEADER.size:
        raise RtpError("truncated header")
    first, second, sequence_number, timestamp, ssrc = HEADER.unpack_from(data)
    if first >> 6 != VERSION:
        raise RtpError("not version 2")
    start = HEADER.size + 4 * (first & 0x0F)
    audio_level = None
    if first & 0x10:
        if len(data) < start + 4:
            raise RtpError("truncated extension header")
        profile, words = struct.unpack_from(">HH", data, start)
        extension = data[start + 4 : start + 4 + 4 * words]
        start += 4 + 4 * words
        if audio_level_id is not None:
            audio_level = _find_audio_level(profile, extension, audio_level_id)
    end = len(data)
    if first & 0x20:
        end -= data[-1]
        if data[-1] == 0:
            raise RtpError("padding length is zero")
    if end < start:
        raise RtpError("extension or padding exceeds the packet")
    return RtpPacket(
        sequence_number=sequence_number,
        timestamp=timestamp,
        ssrc=ssrc,
        payload_type=second & 0x7F,
        marker=bool(second & 0x80),
        payload=data[start:end],
        audio_level=audio_level,
    )


def _find_audio_level(profile: int, extension: bytes, wanted: int) -> int | None:
    for number, value in _elements(profile, extension):
        if number == wanted and value:
            return value[0] & _LEVEL_BITS
    return None


def _elements(profile: int, extension: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    if profile == _ONE_BYTE_EXTENSIONS:
        while at < len(extension):
            number, length = extension[at] >> 4, (extension[at] & 0x0F) + 1
            if extension[at] == 0:  # padding between elements
                at += 1
                continue
            if number in (0, 15):  # reserved: stop parsing (RFC 8285, section 4.2)
                return
            yield number, extension[at + 1 : at + 1 + length]
            at += 1 + length
    elif profile & 0xFFF0 == _TWO_BYTE_EXTENSIONS:
        while at + 1 < len(extension):
            if extension[at] == 0:
                at += 1
                continue
            yield extension[at], extension[at + 2 : at + 2 + extension[at + 1]]
            at += 2 + extension[at + 1]
