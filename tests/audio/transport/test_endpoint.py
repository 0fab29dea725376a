"""The endpoint passes only some datagrams to a peer, and keeps its tables small under any input."""

import secrets
import socket
from contextlib import suppress

import pytest

from audio.transport import endpoint as endpoints
from audio.transport import sdp, stun
from audio.transport.endpoint import Endpoint
from audio.transport.peer import CONNECT_TIMEOUT, Peer
from audio.transport.stun import Attribute, Kind
from tests.audio.callers import caller
from tests.audio.transport.test_peer import CERTIFICATE, RecordingObserver, client_hello
from tests.audio.transport.test_sdp import OFFER

CLOCK = 1000.0


@pytest.fixture
def now() -> list[float]:
    return [CLOCK]


@pytest.fixture
async def endpoint():
    opened = Endpoint("127.0.0.1", 0, clock=lambda: CLOCK)
    yield opened
    opened.socket.close()


def add_peer(endpoint: Endpoint) -> Peer:
    peer = Peer(
        name="p",
        caller=caller("eve"),
        speaks=False,
        certificate=CERTIFICATE,
        observer=RecordingObserver(),
        send=endpoint.socket.send,
        now=CLOCK,
    )
    endpoint.add(peer)
    return peer


def check(peer: Peer, *, password: str | None = None) -> bytes:
    username = (Attribute.USERNAME, f"{peer.ice.ufrag}:them".encode())
    signature = password if password is not None else peer.ice.password
    return stun.pack(Kind.REQUEST, secrets.token_bytes(12), [username], password=signature)


def send(endpoint: Endpoint, data: bytes, sender: socket.socket | None = None) -> bytes | None:
    """Send a datagram and return the reply."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
        used = sender or own
        used.settimeout(0)
        used.sendto(data, ("127.0.0.1", endpoint.socket.port))
        endpoint._read()
        try:
            return used.recv(2048)
        except BlockingIOError:
            return None


async def test_a_signed_check_is_answered_and_registers_its_path(endpoint: Endpoint) -> None:
    peer = add_peer(endpoint)
    reply = send(endpoint, check(peer))

    assert reply is not None
    assert stun.parse(reply).kind is Kind.SUCCESS
    assert list(endpoint._by_path.values()) == [peer]


async def test_a_check_with_a_wrong_signature_or_name_is_not_answered(endpoint: Endpoint) -> None:
    peer = add_peer(endpoint)

    assert send(endpoint, check(peer, password="guess")) is None
    peer.ice.ufrag = "unknown"
    assert send(endpoint, check(peer)) is None
    assert (endpoint._by_path, endpoint.dropped) == ({}, 2)


async def test_a_path_in_use_is_not_taken_over_by_another_peer(endpoint: Endpoint) -> None:
    first, second = add_peer(endpoint), add_peer(endpoint)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as shared:
        shared.bind(("127.0.0.1", 0))
        assert send(endpoint, check(first), shared) is not None
        assert send(endpoint, check(second), shared) is None

    assert list(endpoint._by_path.values()) == [first]


async def test_a_forged_address_gets_at_most_three_times_its_bytes(now: list[float]) -> None:
    """A check and a ClientHello arrive with the address of a stranger, who answers nothing."""
    endpoint = Endpoint("127.0.0.1", 0, clock=lambda: now[0])
    peer = add_peer(endpoint)
    peer.set_remote_description(sdp.parse(OFFER))
    sent = [check(peer), client_hello()]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        back = [send(endpoint, datagram, stranger) for datagram in sent]
        while now[0] < CLOCK + CONNECT_TIMEOUT + 1:
            now[0] += 0.1
            endpoint.sweep()
            with suppress(BlockingIOError):
                while True:
                    back.append(stranger.recv(2048))
    endpoint.socket.close()
    assert sum(len(each or b"") for each in back) <= 3 * sum(map(len, sent))


async def test_datagrams_from_one_unknown_source_are_limited(endpoint: Endpoint) -> None:
    peer = add_peer(endpoint)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        for _ in range(int(endpoints.UNKNOWN_BURST)):
            send(endpoint, b"\0\1" + bytes(40), stranger)

    assert send(endpoint, check(peer)) is None
    assert len(endpoint._unknown) == 1


async def test_removing_a_peer_removes_its_paths(endpoint: Endpoint) -> None:
    peer = add_peer(endpoint)
    for _ in range(20):
        send(endpoint, check(peer))
    assert len(endpoint._by_path) == len(peer.ice.paths) == 8
    endpoint.remove(peer)

    assert (endpoint._by_path, endpoint._by_ufrag, endpoint.half_open) == ({}, {}, 0)


async def test_handshakes_wait_when_this_ticks_time_is_used_up(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    peer = add_peer(endpoint)
    monkeypatch.setattr(endpoints, "MAX_HANDSHAKES_WAITING", 3)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        send(endpoint, check(peer), sender)
        endpoint._work_left = 0.0
        for _ in range(5):
            send(endpoint, b"\x16" * 20, sender)

    assert (len(endpoint._handshakes), endpoint.dropped) == (3, 2)
    endpoint.run_handshakes()
    assert len(endpoint._handshakes) == 0
