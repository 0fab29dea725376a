"""Every audience carries the same packet to all, over a real socket, each encrypted by itself."""

import errno
import os
import select
import socket
from dataclasses import dataclass, field

import pytest
from pylibsrtp import Session

from audio.audience import local, native
from audio.audience.interface import Audience
from audio.audience.local import LocalAudience
from audio.audience.plain import PlainAudience
from audio.transport import rtp, srtp
from audio.transport.inbound import Inbound
from audio.transport.rtp import OutboundStream, RtpPacket
from audio.transport.socket import DatagramSocket, Path
from audio.transport.srtp import PROFILES


class Ear:
    """A socket that a listener's packets arrive at."""

    def __init__(self, number: int) -> None:
        self.socket = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        self.socket.bind(("::1", 0))
        profile = PROFILES[number % len(PROFILES)]
        self.key, self.profile = os.urandom(profile.key + profile.salt), profile
        self.inbound = Inbound(self.key, profile)

    @property
    def path(self) -> Path:
        return Path(self.socket.getsockname())

    def hear(self) -> list[RtpPacket]:
        packets = []
        while select.select([self.socket], [], [], 0)[0]:
            packets.append(rtp.parse(self.inbound.unprotect(self.socket.recv(2048), 0.0)))
        return packets


@dataclass(eq=False)
class Someone:
    stream: OutboundStream
    srtp: Session
    path: Path
    ear: Ear = field(repr=False)


def someone(number: int) -> Someone:
    ear = Ear(number)
    stream = OutboundStream(ssrc=number, payload_type=111, sequence_number=65_533 - number)
    return Someone(stream, srtp.outbound(ear.key, ear.profile), ear.path, ear)


@pytest.fixture(params=[LocalAudience, PlainAudience])
def audience(request: pytest.FixtureRequest):
    port = DatagramSocket("::", 0)
    people: list[Someone] = []

    def open_with(count: int) -> tuple[Audience, list[Someone]]:
        people.extend(someone(i) for i in range(count))
        opened = request.param(port)
        for person in people:
            opened.add(person)
        return opened, people

    yield open_with
    port.close()
    for person in people:
        person.ear.socket.close()


def test_everyone_hears_the_same_packet_under_numbers_of_their_own(audience) -> None:
    room, people = audience(5)

    assert room.send(b"opus", 960) == 5
    assert [person.ear.hear() for person in people] == [
        [RtpPacket((65_534 - i) & 0xFFFF, 960, i, 111, False, b"opus")] for i in range(5)
    ]


def test_packets_of_changing_size_count_on_over_the_wrap(audience) -> None:
    room, (person, *_others) = audience(3)
    payloads = [b"x" * size for size in (1, 1275, 0, 100)]
    for i, payload in enumerate(payloads):
        room.send(payload, 960 * i)
    heard = person.ear.hear()

    assert [packet.sequence_number for packet in heard] == [65_534, 65_535, 0, 1]
    assert [packet.payload for packet in heard] == payloads


def test_who_leaves_hears_no_more_and_the_others_do(audience) -> None:
    room, people = audience(5)
    room.send(b"one", 0)
    room.remove(people[1])
    room.remove(people[1])
    room.remove(people[4])
    room.send(b"two", 960)

    heard = [[packet.payload for packet in person.ear.hear()] for person in people]
    assert heard == [[b"one", b"two"], [b"one"], [b"one", b"two"], [b"one", b"two"], [b"one"]]
    assert len(room) == 3
    assert (people[1].stream.packets, people[1].stream.octets) == (1, 3)


def test_who_leaves_and_comes_back_goes_on_where_they_were(audience) -> None:
    room, (person, *_others) = audience(2)
    room.send(b"one", 0)
    room.remove(person)
    own = person.stream.pack(b"two", 960)
    person.ear.inbound.unprotect(person.srtp.protect(own), 0.0)
    room.add(person)
    room.send(b"three", 1920)

    assert [packet.sequence_number for packet in person.ear.hear()] == [65_534, 0]


def test_a_new_path_is_followed(audience) -> None:
    room, (person, other) = audience(2)
    old, new = person.ear.socket, socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    new.bind(("::1", 0))
    room.send(b"one", 0)
    person.ear.hear()
    person.ear.socket, person.path = new, Path(new.getsockname())
    room.move(person)
    room.send(b"two", 960)

    assert [packet.payload for packet in person.ear.hear()] == [b"two"]
    assert len(other.ear.hear()) == 2
    assert select.select([old], [], [], 0)[0] == []
    old.close()


def test_an_audience_grows_without_losing_a_number(audience) -> None:
    room, people = audience(local.FIRST_SLOTS - 1)
    room.send(b"one", 0)
    late = [someone(1000 + i) for i in range(80)]
    for person in late:
        room.add(person)
    room.send(b"two", 960)

    assert [len(person.ear.hear()) for person in people + late] == [2] * len(people) + [1] * 80
    room.settle(people[0])
    assert people[0].stream.packets == 2
    for person in late:
        person.ear.socket.close()


def test_a_path_that_the_kernel_refuses_costs_only_its_own_listener(audience) -> None:
    room, people = audience(4)
    people[1].path = Path(("::1", 0))
    room.move(people[1])

    assert room.send(b"opus", 0) == 3
    assert [len(person.ear.hear()) for person in people] == [1, 0, 1, 1]


@pytest.mark.parametrize("audience", [LocalAudience], indirect=True)
def test_a_full_socket_ends_the_pass(monkeypatch: pytest.MonkeyPatch, audience) -> None:
    room, _people = audience(4)

    def refuse(*_message: int) -> int:
        local.ctypes.set_errno(errno.EAGAIN)
        return -1

    monkeypatch.setattr(room, "_sendmmsg", refuse)
    assert room.send(b"opus", 0) == 0
    assert room.errors == 4


@pytest.mark.parametrize("audience", [LocalAudience], indirect=True)
def test_what_was_not_encrypted_never_leaves(monkeypatch: pytest.MonkeyPatch, audience) -> None:
    room, people = audience(3)

    class Refusing:
        @staticmethod
        def srtp_protect(context: object, packet: object, length: object) -> int:
            refused = context is room._contexts[1]
            return 1 if refused else lib.srtp_protect(context, packet, length)

    lib = local.lib
    monkeypatch.setattr(local, "lib", Refusing)
    room.send(b"opus", 0)

    assert [len(people[i].ear.hear()) for i in (0, 2)] == [1, 1]
    assert people[1].ear.socket.recv(2048) == b""


def test_this_machine_serves_in_one_pass() -> None:
    assert native.is_available()


def test_an_unknown_binding_is_not_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native, "lib", None)
    port = DatagramSocket("127.0.0.1", 0)

    assert isinstance(local.open_audience(port), PlainAudience)
    port.close()
