"""Redundant audio data: each payload contains copies of the payloads before it (RFC 2198)."""

import pytest

from audio.transport import red
from audio.transport.red import MAX_LENGTH, MAX_OFFSET, MAX_SIZE, Block, Redundancy
from audio.transport.rtp import RtpError

LAST = (1 << 32) - 960  # the timestamp before the counter wraps


def packed(*payloads: bytes, start: int = 0, step: int = 960) -> list[list[Block]]:
    """Return what a receiver of each packet reads, when these payloads are sent one by one."""
    redundancy = Redundancy(111)
    blocks = []
    for number, payload in enumerate(payloads):
        timestamp = (start + number * step) % (1 << 32)
        blocks.append(red.parse(redundancy.pack(payload, timestamp), timestamp))
    return blocks


def test_the_first_payload_is_alone() -> None:
    assert packed(b"one") == [[Block(b"one", 0)]]


def test_a_payload_contains_the_two_before_it_with_their_timestamps() -> None:
    assert packed(b"one", b"two", b"3", b"four", start=LAST)[-1] == [
        Block(b"two", 0),
        Block(b"3", 960),
        Block(b"four", 1920),
    ]
    assert packed(b"one", b"two", start=LAST)[-1] == [Block(b"one", LAST), Block(b"two", 0)]


def test_the_format_is_that_of_rfc_2198() -> None:
    redundancy = Redundancy(111)
    redundancy.pack(b"abc", 5)
    header = (0x80 | 111) << 24 | 960 << 10 | 3
    assert redundancy.pack(b"de", 965) == header.to_bytes(4) + bytes([111]) + b"abc" + b"de"


def test_a_payload_that_is_too_old_or_too_long_is_not_repeated() -> None:
    assert packed(b"one", b"two", step=MAX_OFFSET + 1)[-1] == [Block(b"two", MAX_OFFSET + 1)]
    assert packed(bytes(MAX_LENGTH + 1), b"two")[-1] == [Block(b"two", 960)]
    assert packed(bytes(MAX_LENGTH), b"two")[-1] == [
        Block(bytes(MAX_LENGTH), 0),
        Block(b"two", 960),
    ]


def test_copies_that_do_not_fit_into_a_datagram_are_left_out() -> None:
    long = bytes(600)
    last = packed(long, long, long)[-1]
    assert last == [Block(long, 960), Block(long, 1920)]
    redundancy = Redundancy(111)
    assert max(len(redundancy.pack(long, number * 960)) for number in range(4)) <= MAX_SIZE


@pytest.mark.parametrize(
    "data", [b"", bytes([0x80 | 111]), bytes([0x80 | 111, 0, 0, 9]), bytes([0xEF, 0, 0, 9, 111, 1])]
)
def test_a_truncated_payload_is_refused(data: bytes) -> None:
    with pytest.raises(RtpError):
        red.parse(data, 0)
