import select
import socket

import pytest

from audio.transport.socket import DatagramSocket, Path, local_addresses


@pytest.fixture(params=["127.0.0.1", "::1", "::"])
def udp_socket(request: pytest.FixtureRequest):
    opened = DatagramSocket(request.param, 0)
    yield opened
    opened.close()


def exchange(udp_socket: DatagramSocket, asked: str) -> tuple[bytes, str]:
    """Send a datagram to this address of the socket; return the answer and its source address."""
    family = socket.AF_INET6 if ":" in asked else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as asking:
        asking.sendto(b"question", (asked, udp_socket.port))
        select.select([udp_socket], [], [], 5)
        ((data, path),) = udp_socket.receive(10)
        assert data == b"question"
        assert udp_socket.send(b"answer", path)
        answer, sender = asking.recvfrom(100)
        return answer, sender[0]


def test_an_answer_is_sent_from_the_address_that_received_the_question() -> None:
    udp_socket = DatagramSocket("::", 0)
    for asked in ("127.0.0.1", "127.0.0.2", "127.1.2.3", "::1"):
        assert exchange(udp_socket, asked) == (b"answer", asked)
    udp_socket.close()


def test_a_port_bound_to_one_address_answers_from_it() -> None:
    for host in ("127.0.0.1", "::1"):
        udp_socket = DatagramSocket(host, 0)
        assert exchange(udp_socket, host) == (b"answer", host)
        udp_socket.close()


def test_a_port_in_use_raises_an_error(udp_socket: DatagramSocket) -> None:
    host = "::1" if udp_socket.family == socket.AF_INET6 else "127.0.0.1"
    with pytest.raises(OSError):
        DatagramSocket(host, udp_socket.port)


def test_empty_and_too_long_datagrams_are_ignored(udp_socket: DatagramSocket) -> None:
    host = "::1" if udp_socket.family == socket.AF_INET6 else "127.0.0.1"
    with socket.socket(udp_socket.family, socket.SOCK_DGRAM) as sender:
        for data in (b"x" * 1501, b"", b"y" * 1500):
            sender.sendto(data, (host, udp_socket.port))
        select.select([udp_socket], [], [], 5)
        assert [data for data, _path in udp_socket.receive(10)] == [b"y" * 1500]


def test_at_most_the_requested_number_is_received(udp_socket: DatagramSocket) -> None:
    host = "::1" if udp_socket.family == socket.AF_INET6 else "127.0.0.1"
    with socket.socket(udp_socket.family, socket.SOCK_DGRAM) as sender:
        for _ in range(5):
            sender.sendto(b"x", (host, udp_socket.port))
        select.select([udp_socket], [], [], 5)
        assert len(list(udp_socket.receive(3))) == 3
        assert len(list(udp_socket.receive(3))) == 2


def test_send_returns_false_if_the_kernel_refuses(udp_socket: DatagramSocket) -> None:
    nowhere = ("::1", 0, 0, 0) if udp_socket.family == socket.AF_INET6 else ("127.0.0.1", 0)
    assert not udp_socket.send(b"x", Path(nowhere))


def test_advertised_addresses_come_first_and_loopback_last() -> None:
    assert local_addresses("::", ["192.168.1.9", "fd00::9"]) == [
        "192.168.1.9",
        "fd00::9",
        "127.0.0.1",
    ]
    assert local_addresses("127.0.0.1", []) == ["127.0.0.1"]
    assert local_addresses("192.0.2.7", []) == ["192.0.2.7", "127.0.0.1"]
    assert local_addresses("::", [])[-1] == "127.0.0.1"


def test_a_node_with_public_addresses_does_not_offer_loopback() -> None:
    assert local_addresses("::", ["9.9.9.9", "2620:fe::9"]) == ["9.9.9.9", "2620:fe::9"]


def test_only_ip_addresses_can_be_advertised() -> None:
    with pytest.raises(ValueError, match="spaces"):
        local_addresses("::", ["spaces.example"])
