"""Redundant audio data (RFC 2198): each payload repeats earlier ones, which may have been lost."""

import struct
from collections import deque
from typing import NamedTuple

from audio.transport.rtp import RtpError

COPIES = 2  # earlier payloads in each payload
MAX_SIZE = 1300  # bytes of a payload; earlier payloads that do not fit are left out
MAX_OFFSET = (1 << 14) - 1  # samples by which a repeated payload may be older
MAX_LENGTH = (1 << 10) - 1  # bytes of a repeated payload

_FOLLOWED = 0x80  # another header follows
_HEADER = struct.Struct(">I")
_WRAP = 1 << 32


class Block(NamedTuple):
    """The payload of one packet, and its RTP timestamp."""

    payload: bytes
    timestamp: int


class Redundancy:
    """Packs the payloads of one stream. `payload_type` is that of the payloads themselves."""

    def __init__(self, payload_type: int) -> None:
        self._payload_type = payload_type
        self._earlier: deque[Block] = deque(maxlen=COPIES)

    def pack(self, payload: bytes, timestamp: int) -> bytes:
        """Return the next payload with copies of the payloads before it."""
        headers, blocks = [], []
        size = 1 + len(payload)
        for earlier in reversed(self._earlier):
            offset = (timestamp - earlier.timestamp) % _WRAP
            size += _HEADER.size + len(earlier.payload)
            if offset > MAX_OFFSET or len(earlier.payload) > MAX_LENGTH or size > MAX_SIZE:
                break
            header = (_FOLLOWED | self._payload_type) << 24 | offset << 10 | len(earlier.payload)
            headers.append(_HEADER.pack(header))
            blocks.append(earlier.payload)
        self._earlier.append(Block(payload, timestamp))
        last = bytes([self._payload_type])
        return b"".join((*reversed(headers), last, *reversed(blocks), payload))


def parse(data: bytes, timestamp: int) -> list[Block]:
    """Return the payloads in a payload with this timestamp, the oldest first. Raises RtpError."""
    lengths: list[tuple[int, int]] = []
    at = 0
    while True:
        if at >= len(data):
            raise RtpError("truncated redundancy header")
        if not data[at] & _FOLLOWED:
            break
        if len(data) < at + _HEADER.size:
            raise RtpError("truncated redundancy header")
        header = _HEADER.unpack_from(data, at)[0]
        lengths.append((header >> 10 & MAX_OFFSET, header & MAX_LENGTH))
        at += _HEADER.size
    at += 1
    blocks = []
    for offset, length in lengths:
        if at + length > len(data):
            raise RtpError("truncated redundant payload")
        blocks.append(Block(data[at : at + length], (timestamp - offset) % _WRAP))
        at += length
    return [*blocks, Block(data[at:], timestamp)]
