"""A trunk without a network: what the edge receives of the packets that the origin sent."""

import os
from dataclasses import dataclass, field

from audio.transport.red import Redundancy
from audio.transport.socket import Path
from audio.transport.trunk import KEY_LENGTH, IncomingTrunk, OutgoingTrunk

NOWHERE = Path(("127.0.0.1", 9))


@dataclass
class Trunk:
    """Both ends. `received` has each payload, its timestamp, and how many were lost before it."""

    received: list[tuple[bytes, int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.edge = IncomingTrunk(lambda *payload: self.received.append(payload))
        self.open()

    def open(self) -> None:
        """Open the trunk again, as a restarted origin does."""
        key = os.urandom(KEY_LENGTH)
        self._origin = OutgoingTrunk(ssrc=self.edge.ssrc, key=key, path=NOWHERE)
        self._redundancy = Redundancy(111)
        self.edge.open(key)

    def packets(self, count: int, *, start: int = 0) -> list[bytes]:
        """Return encrypted packets with the numbers from `start` on as payloads."""
        sent = []
        for number in range(start, start + count):
            payload = self._redundancy.pack(b"%d" % number, number * 960)
            assert self._origin.srtp is not None
            sent.append(self._origin.srtp.protect(self._origin.stream.pack(payload, number * 960)))
        return sent

    def deliver(self, *packets: bytes) -> None:
        for packet in packets:
            self.edge.receive(packet, 0.0)

    @property
    def numbers(self) -> list[int]:
        return [int(payload) for payload, _, _ in self.received]


def test_each_payload_arrives_once_with_its_timestamp() -> None:
    trunk = Trunk()
    trunk.deliver(*trunk.packets(4))
    assert trunk.received == [(b"%d" % number, number * 960, 0) for number in range(4)]


def test_two_lost_packets_in_a_row_lose_no_payload() -> None:
    trunk = Trunk()
    first, _, _, *others = trunk.packets(6)
    trunk.deliver(first, *others)
    assert (trunk.numbers, trunk.edge.packets_lost) == ([0, 1, 2, 3, 4, 5], 0)


def test_payloads_that_no_packet_contained_are_counted() -> None:
    trunk = Trunk()
    first, *_, last = trunk.packets(7)
    trunk.deliver(first, last)
    assert trunk.received[1:] == [(b"4", 3840, 3), (b"5", 4800, 0), (b"6", 5760, 0)]
    assert trunk.edge.packets_lost == 3


def test_packets_in_the_wrong_order_are_put_in_order() -> None:
    trunk = Trunk()
    one, two, three, four = trunk.packets(4)
    trunk.deliver(one, three, two, four)
    assert trunk.numbers == [0, 1, 2, 3]


def test_an_edge_that_joins_later_does_not_replay_what_was_sent_before() -> None:
    trunk = Trunk()
    trunk.deliver(*trunk.packets(5)[3:])
    assert trunk.numbers == [3, 4]


def test_repeated_forged_and_foreign_packets_are_dropped() -> None:
    trunk = Trunk()
    (packet,) = trunk.packets(1)
    forged = packet[:-1] + bytes([packet[-1] ^ 1])
    trunk.deliver(forged, packet, packet, packet[:13], b"\x80", *Trunk().packets(1))
    assert trunk.numbers == [0]


def test_nothing_arrives_before_the_key_is_known() -> None:
    trunk = Trunk()
    stranger = IncomingTrunk(lambda *payload: trunk.received.append(payload))
    for packet in trunk.packets(3):
        stranger.receive(packet, 0.0)
    assert trunk.received == []


def test_a_trunk_that_is_opened_again_continues_with_other_timestamps() -> None:
    trunk = Trunk()
    trunk.deliver(*trunk.packets(2, start=1000))
    trunk.open()
    trunk.deliver(*trunk.packets(2))
    assert trunk.numbers == [1000, 1001, 0, 1]
