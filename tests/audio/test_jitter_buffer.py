"""The jitter buffer: the order in which packets leave, and what replaces lost ones."""

from collections.abc import Iterable

from audio.mixing.jitter_buffer import MAX_CONCEALED, MAX_PACKETS, Action, JitterBuffer
from audio.mixing.opus import FRAME
from tests.audio.sound import TICK, packet

BEGINS = 0.1  # seconds after the last arrival; longer than the target delay in these tests


def actions(buffer: JitterBuffer) -> list[Action]:
    taken = []
    while segment := buffer.take():
        taken.append(segment.action)
    return taken


def started(numbers: Iterable[int]) -> JitterBuffer:
    """A buffer that has started to play and holds these packets."""
    buffer = JitterBuffer()
    for number in numbers:
        buffer.push(number * FRAME, packet(number), number * TICK)
    assert buffer.advance(number * TICK + BEGINS)
    return buffer


def test_packets_leave_in_order() -> None:
    buffer = started([0, 2, 1, 3])
    taken = [buffer.take() for _ in range(4)]
    assert [segment.packet for segment in taken if segment] == [packet(n) for n in range(4)]


def test_a_duplicate_is_played_once() -> None:
    buffer = started([0, 1, 1, 0, 2])
    assert actions(buffer)[:4] == [Action.DECODE, Action.DECODE, Action.DECODE, Action.CONCEAL]


def test_a_packet_that_comes_too_late_is_dropped() -> None:
    buffer = started([0, 1, 3])
    assert [buffer.take() is not None for _ in range(4)] == [True] * 4
    buffer.push(2 * FRAME, packet(2), 0.2)
    assert buffer.late == 1


def test_one_lost_packet_is_recovered_from_the_next() -> None:
    buffer = started([0, 2])
    assert actions(buffer)[:3] == [Action.DECODE, Action.RECOVER, Action.DECODE]


def test_two_of_three_lost_packets_are_concealed_and_one_is_recovered() -> None:
    buffer = started([0, 4])
    assert actions(buffer)[:5] == [
        Action.DECODE,
        Action.CONCEAL,
        Action.CONCEAL,
        Action.RECOVER,
        Action.DECODE,
    ]


def test_a_packet_that_was_already_concealed_is_not_recovered_later() -> None:
    buffer = started([0])
    assert [s.action for s in (buffer.take(), buffer.take()) if s] == [
        Action.DECODE,
        Action.CONCEAL,
    ]
    buffer.push(2 * FRAME, packet(2), 0.04)  # packet 1 is lost, and was concealed
    segment = buffer.take()
    assert segment is not None
    assert (segment.action, segment.packet) == (Action.DECODE, packet(2))


def test_when_a_sender_stops_the_sound_ends_and_can_start_again() -> None:
    buffer = started([0])
    assert actions(buffer) == [Action.DECODE] + [Action.CONCEAL] * MAX_CONCEALED
    assert buffer.advance(0.5) is False
    buffer.push(500 * FRAME, packet(7), 10.0)
    assert buffer.advance(10.0 + BEGINS)
    segment = buffer.take()
    assert segment is not None
    assert segment.packet == packet(7)


def test_timestamps_can_wrap() -> None:
    buffer = JitterBuffer()
    first = 2**32 - 2 * FRAME
    for number in range(4):
        buffer.push((first + number * FRAME) % 2**32, packet(number), number * TICK)
    assert buffer.advance(3 * TICK + BEGINS)
    taken = [buffer.take() for _ in range(4)]
    assert [segment.packet for segment in taken if segment] == [packet(n) for n in range(4)]


def test_a_sender_can_restart_its_timestamps() -> None:
    buffer = started([1000, 1001])
    buffer.push(5 * FRAME, packet(5), 20.1)
    assert buffer.advance(20.1 + BEGINS)
    segment = buffer.take()
    assert segment is not None
    assert segment.packet == packet(5)


def test_malformed_packets_are_counted_and_dropped() -> None:
    buffer = JitterBuffer()
    buffer.push(0, b"", 0.0)
    buffer.push(0, b"\xff\xff", 0.0)
    assert (buffer.malformed, buffer.advance(1.0)) == (2, False)


def test_a_flood_of_packets_does_not_fill_the_memory() -> None:
    buffer = started([0])
    for number in range(1, 20_000):
        buffer.push(number * 10, packet(number), number * 0.0001)
    assert len(buffer._packets) <= MAX_PACKETS
    assert buffer.buffered <= MAX_PACKETS * TICK
