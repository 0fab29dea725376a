"""Each kind of audience sends one packet to all peers, encrypted for each, over a real socket."""

import ctypes
import errno
import os
import select
import socket
from dataclasses import dataclass, field

import pytest
from pylibsrtp import Session

from audio.audience import batch as batch_module
from audio.audience import local, native
from audio.audience.batch import CAPACITY, Batch, LocalBatch, PlainBatch, open_batch
from audio.audience.few import FewListeners
from audio.audience.growing import MANY, GrowingAudience, open_audience
from audio.audience.interface import Audience
from audio.audience.local import LocalAudience
from audio.transport import rtp, srtp
from audio.transport.inbound import Inbound
from audio.transport.rtp import OutboundStream, RtpPacket
from audio.transport.socket import DatagramSocket, Path
from audio.transport.srtp import PROFILES


class ListenerSocket:
    """The socket on which one listener receives packets."""

    def __init__(self, number: int) -> None:
        self.socket = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        self.socket.bind(("::1", 0))
        profile = PROFILES[number % len(PROFILES)]
        self.key, self.profile = os.urandom(profile.key + profile.salt), profile
        self.inbound = Inbound(self.key, profile)

    @property
    def path(self) -> Path:
        return Path(self.socket.getsockname())

    def receive(self) -> list[RtpPacket]:
        packets = []
        while select.select([self.socket], [], [], 0)[0]:
            packets.append(rtp.parse(self.inbound.unprotect(self.socket.recv(2048), 0.0)))
        return packets


@dataclass(eq=False)
class FakePeer:
    stream: OutboundStream
    srtp: Session
    path: Path
    listener: ListenerSocket = field(repr=False)


def fake_peer(number: int) -> FakePeer:
    listener = ListenerSocket(number)
    stream = OutboundStream(ssrc=number, payload_type=111, sequence_number=65_533 - number)
    return FakePeer(stream, srtp.outbound(listener.key, listener.profile), listener.path, listener)


class Flushed:
    """An audience whose packets wait in a batch; each `send` flushes the batch at once."""

    def __init__(self, audience: Audience, batch: Batch) -> None:
        self._audience, self._batch = audience, batch

    def __len__(self) -> int:
        return len(self._audience)

    def __getattr__(self, name: str) -> object:
        return getattr(self._audience, name)

    def send(self, payload: bytes, timestamp: int) -> int:
        return self._audience.send(payload, timestamp) + self._batch.flush()


def few(udp_socket: DatagramSocket) -> Flushed:
    batch = LocalBatch(udp_socket)
    return Flushed(FewListeners(batch), batch)


def few_without_sendmmsg(udp_socket: DatagramSocket) -> Flushed:
    batch = PlainBatch(udp_socket)
    return Flushed(FewListeners(batch), batch)


def growing(udp_socket: DatagramSocket) -> Flushed:
    batch = LocalBatch(udp_socket)
    return Flushed(GrowingAudience(udp_socket, batch), batch)


@pytest.fixture(params=[LocalAudience, few, few_without_sendmmsg, growing])
def open_with_people(request: pytest.FixtureRequest):
    udp_socket = DatagramSocket("::", 0)
    people: list[FakePeer] = []

    def open_with(count: int) -> tuple[Audience, list[FakePeer]]:
        people.extend(fake_peer(i) for i in range(count))
        opened = request.param(udp_socket)
        for person in people:
            opened.add(person)
        return opened, people

    yield open_with
    udp_socket.close()
    for person in people:
        person.listener.socket.close()


def test_all_peers_get_the_same_payload_with_their_own_packet_numbers(open_with_people) -> None:
    audience, people = open_with_people(5)

    assert audience.send(b"opus", 960) == 5
    assert [person.listener.receive() for person in people] == [
        [RtpPacket((65_534 - i) & 0xFFFF, 960, i, 111, False, b"opus")] for i in range(5)
    ]


def test_sequence_numbers_wrap_while_packet_sizes_change(open_with_people) -> None:
    audience, (person, *_others) = open_with_people(3)
    payloads = [b"x" * size for size in (1, 1275, 0, 100)]
    for i, payload in enumerate(payloads):
        audience.send(payload, 960 * i)
    heard = person.listener.receive()

    assert [packet.sequence_number for packet in heard] == [65_534, 65_535, 0, 1]
    assert [packet.payload for packet in heard] == payloads


def test_sequence_numbers_are_skipped_for_all_peers(open_with_people) -> None:
    audience, people = open_with_people(2)
    audience.send(b"one", 0)
    audience.skip(3)
    audience.send(b"two", 3840)

    numbers = [[each.sequence_number for each in p.listener.receive()] for p in people]
    assert numbers == [[65_534, 2], [65_533, 1]]


def test_a_removed_peer_receives_nothing_more_while_the_others_still_do(open_with_people) -> None:
    audience, people = open_with_people(5)
    audience.send(b"one", 0)
    audience.remove(people[1])
    audience.remove(people[1])
    audience.remove(people[4])
    audience.send(b"two", 960)

    heard = [[packet.payload for packet in person.listener.receive()] for person in people]
    assert heard == [[b"one", b"two"], [b"one"], [b"one", b"two"], [b"one", b"two"], [b"one"]]
    assert len(audience) == 3
    assert (people[1].stream.packets, people[1].stream.octets) == (1, 3)


def test_a_peer_that_is_added_again_continues_its_sequence_numbers(open_with_people) -> None:
    audience, (person, *_others) = open_with_people(2)
    audience.send(b"one", 0)
    audience.remove(person)
    own = person.stream.pack(b"two", 960)
    person.listener.inbound.unprotect(person.srtp.protect(own), 0.0)
    audience.add(person)
    audience.send(b"three", 1920)

    assert [packet.sequence_number for packet in person.listener.receive()] == [65_534, 0]


def test_packets_follow_a_peer_to_its_new_path(open_with_people) -> None:
    audience, (person, other) = open_with_people(2)
    old, new = person.listener.socket, socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    new.bind(("::1", 0))
    audience.send(b"one", 0)
    person.listener.receive()
    person.listener.socket, person.path = new, Path(new.getsockname())
    audience.update_path(person)
    audience.send(b"two", 960)

    assert [packet.payload for packet in person.listener.receive()] == [b"two"]
    assert len(other.listener.receive()) == 2
    assert select.select([old], [], [], 0)[0] == []
    old.close()


def test_peers_beyond_the_first_slots_receive_packets_like_the_others(open_with_people) -> None:
    audience, people = open_with_people(local.FIRST_SLOTS - 1)
    audience.send(b"one", 0)
    late = [fake_peer(1000 + i) for i in range(80)]
    for person in late:
        audience.add(person)
    audience.send(b"two", 960)

    arrived = [len(person.listener.receive()) for person in people + late]
    assert arrived == [2] * len(people) + [1] * 80
    audience.sync(people[0])
    assert people[0].stream.packets == 2
    for person in late:
        person.listener.socket.close()


def test_an_unreachable_path_affects_only_its_own_peer(open_with_people) -> None:
    audience, people = open_with_people(4)
    people[1].path = Path(("::1", 0))
    audience.update_path(people[1])

    assert audience.send(b"opus", 0) == 3
    assert [len(person.listener.receive()) for person in people] == [1, 0, 1, 1]


@pytest.mark.parametrize("open_with_people", [LocalAudience], indirect=True)
def test_a_full_send_buffer_ends_the_pass(
    monkeypatch: pytest.MonkeyPatch, open_with_people
) -> None:
    audience, _people = open_with_people(4)

    def refuse(*_message: int) -> int:
        ctypes.set_errno(errno.EAGAIN)
        return -1

    monkeypatch.setattr(audience, "_sendmmsg", refuse)
    assert audience.send(b"opus", 0) == 0
    assert audience.errors == 4


@pytest.mark.parametrize("open_with_people", [LocalAudience], indirect=True)
def test_a_packet_that_could_not_be_encrypted_is_never_sent(
    monkeypatch: pytest.MonkeyPatch, open_with_people
) -> None:
    audience, people = open_with_people(3)

    class Refusing:
        @staticmethod
        def srtp_protect(context: object, packet: object, length: object) -> int:
            refused = context is audience._contexts[1]
            return 1 if refused else lib.srtp_protect(context, packet, length)

    lib = local.lib
    monkeypatch.setattr(local, "lib", Refusing)
    audience.send(b"opus", 0)

    assert [len(people[i].listener.receive()) for i in (0, 2)] == [1, 1]
    assert people[1].listener.socket.recv(2048) == b""


def test_the_native_fan_out_is_available_here() -> None:
    assert native.is_available()


def test_without_the_native_library_packets_are_sent_one_by_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(native, "lib", None)
    udp_socket = DatagramSocket("127.0.0.1", 0)
    batch = open_batch(udp_socket)

    assert isinstance(batch, PlainBatch)
    assert isinstance(open_audience(udp_socket, batch), FewListeners)
    udp_socket.close()


@pytest.mark.parametrize("open_with_people", [growing], indirect=True)
def test_packet_numbers_continue_when_an_audience_grows(open_with_people) -> None:
    audience, people = open_with_people(MANY - 1)
    audience.send(b"one", 0)
    last = fake_peer(MANY)
    audience.add(last)
    assert audience.send(b"two", 960) == MANY

    first = [packet.sequence_number for packet in people[0].listener.receive()]
    assert first == [65_534, 65_535]
    last.listener.socket.close()


@pytest.mark.parametrize("open_with_people", [few], indirect=True)
def test_a_packet_that_could_not_be_encrypted_is_left_out_of_its_batch(
    monkeypatch: pytest.MonkeyPatch, open_with_people
) -> None:
    audience, people = open_with_people(3)
    refused = native.context_of(people[1].srtp)

    class Refusing:
        @staticmethod
        def srtp_protect(context: object, packet: object, length: object) -> int:
            return 1 if context == refused else lib.srtp_protect(context, packet, length)

    lib = batch_module.lib
    monkeypatch.setattr(batch_module, "lib", Refusing)
    assert audience.send(b"opus", 0) == 2
    assert [len(person.listener.receive()) for person in people] == [1, 0, 1]


def test_more_packets_than_a_batch_has_room_for_are_sent() -> None:
    udp_socket, person = DatagramSocket("::", 0), fake_peer(0)
    batch = LocalBatch(udp_socket)
    for number in range(CAPACITY + 3):
        batch.add(person, b"opus", number)
    assert batch.flush() == CAPACITY + 3
    assert len(person.listener.receive()) == CAPACITY + 3
    udp_socket.close()
    person.listener.socket.close()
