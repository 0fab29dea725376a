"""A peer's timeouts and limits, with a clock that the test sets."""

import pytest

from audio.transport import sdp, stun
from audio.transport.dtls import Certificate, DtlsSession, Role
from audio.transport.ice import CONSENT
from audio.transport.peer import ANSWER_TIMEOUT, CONNECT_TIMEOUT, MAX_EARLY, Peer, State
from audio.transport.rtp import RtpPacket
from audio.transport.socket import Path
from audio.transport.stun import Attribute, Kind, Message
from tests.audio.callers import caller
from tests.audio.transport.test_sdp import OFFER

HOME = Path(("192.0.2.1", 1000))
CERTIFICATE = Certificate()


class RecordingObserver:
    """An observer that keeps the events it receives."""

    def __init__(self) -> None:
        self.events: list[str] = []

    def peer_is_up(self, peer: Peer) -> None:
        self.events.append("up")

    def path_changed(self, peer: Peer) -> None:
        self.events.append("moved")

    def peer_is_gone(self, peer: Peer, reason: str) -> None:
        self.events.append(reason)

    def packet_received(self, peer: Peer, packet: RtpPacket, arrived: float) -> None:
        self.events.append("packet_received")

    def loss_reported(self, peer: Peer, fraction: float) -> None:
        self.events.append("loss")


def make_peer() -> tuple[Peer, RecordingObserver, list[bytes]]:
    observer, sent = RecordingObserver(), []
    peer = Peer(
        name="p",
        caller=caller("ana"),
        speaks=True,
        certificate=CERTIFICATE,
        observer=observer,
        send=lambda data, _path: sent.append(data) is None,
        now=0.0,
    )
    return peer, observer, sent


def check(size: int = 100) -> Message:
    return Message(Kind.REQUEST, bytes(12), {Attribute.USE_CANDIDATE: b""}, size=size)


def client_hello() -> bytes:
    """A client's first flight, which is one datagram."""
    client = DtlsSession(CERTIFICATE, role=Role.CLIENT)
    client.start()
    (datagram,) = client.take()
    return datagram


def answer_to(probe: bytes, description: sdp.Description) -> Message:
    transaction = stun.parse(probe).transaction
    return stun.parse(stun.pack(Kind.SUCCESS, transaction, [], password=description.password))


def test_a_peer_that_does_not_answer_in_time_fails() -> None:
    peer, observer, _sent = make_peer()
    peer.sweep(ANSWER_TIMEOUT)
    assert observer.events == []
    peer.sweep(ANSWER_TIMEOUT + 1)
    assert observer.events == ["failed"]


def test_a_peer_that_does_not_connect_in_time_fails() -> None:
    peer, observer, _sent = make_peer()
    peer.set_remote_description(sdp.parse(OFFER))
    peer.sweep(CONNECT_TIMEOUT)
    assert observer.events == []
    peer.sweep(CONNECT_TIMEOUT + 1)
    peer.sweep(CONNECT_TIMEOUT + 2)
    assert observer.events == ["failed"]


def test_a_peer_that_is_silent_for_too_long_is_lost() -> None:
    peer, observer, _sent = make_peer()
    peer.receive_stun(check(), HOME, 1.0)
    peer.state = State.UP
    peer.sweep(CONSENT)
    assert observer.events == []
    peer.sweep(CONSENT + 1.1)
    assert observer.events == ["lost"]


def test_a_closed_peer_gets_no_replies() -> None:
    peer, observer, sent = make_peer()
    peer.close("left")
    peer.close("lost")
    peer.receive_stun(check(), HOME, 1.0)
    peer.receive_dtls(b"\x16")

    assert (observer.events, sent) == (["left"], [])


def test_a_handshake_that_arrives_before_the_answer_waits_for_it() -> None:
    peer, observer, sent = make_peer()
    peer.receive_stun(check(), HOME, 1.0)
    for _ in range(100):
        peer.receive_dtls(b"\x16")
    assert len(peer._early) == MAX_EARLY
    peer.set_remote_description(sdp.parse(OFFER))

    assert (peer._early, observer.events, [each[0] for each in sent]) == ([], [], [1, 0])


def test_we_start_the_handshake_if_the_other_side_is_the_dtls_server() -> None:
    peer, _observer, sent = make_peer()
    peer.set_remote_description(sdp.parse(OFFER.replace("actpass", "passive")))
    assert sent == []
    peer.receive_stun(check(), HOME, 1.0)

    assert [datagram[0] for datagram in sent] == [1, 0]
    peer.receive_stun(check(), HOME, 1.1)  # every browser repeats its checks
    assert 22 in [datagram[0] for datagram in sent]


@pytest.mark.parametrize("setup", ["actpass", "passive"])
@pytest.mark.parametrize("checks", [1, 7])
@pytest.mark.parametrize("size", [68, 120])
def test_an_unproven_address_gets_at_most_three_times_its_bytes(setup, checks, size) -> None:
    """A forged source address cannot be used for amplification: retransmissions count too."""
    peer, observer, sent = make_peer()
    peer.set_remote_description(
        sdp.parse(OFFER.replace("actpass", setup).replace("abCD", "7" * 256))
    )
    received = 0
    for at in range(checks):
        peer.receive_stun(check(size), HOME, float(at))
        received += size
    if setup == "actpass" and peer.accept_dtls(len(client_hello()), HOME, 7.0):
        peer.receive_dtls(client_hello())
        received += len(client_hello())
    for tenth in range(70, 320):
        peer.sweep(tenth / 10)
        assert sum(map(len, sent)) <= 3 * received
    assert observer.events == ["failed"]


def test_a_handshake_continues_when_the_path_is_proven() -> None:
    peer, _observer, sent = make_peer()
    description = sdp.parse(OFFER)
    peer.set_remote_description(description)
    peer.receive_stun(check(size=68), HOME, 1.0)
    _reply, probe = sent
    # Count only 60 bytes for the ClientHello, so that the limit delays our flight.
    assert peer.accept_dtls(60, HOME, 1.0)
    peer.receive_dtls(client_hello())
    assert len(sent) == 2
    peer.receive_stun(answer_to(probe, description), HOME, 1.1)
    assert [datagram[0] for datagram in sent[2:]] == [22]


def test_a_handshake_continues_when_more_bytes_were_received() -> None:
    peer, _observer, sent = make_peer()
    peer.set_remote_description(sdp.parse(OFFER))
    peer.receive_stun(check(size=68), HOME, 1.0)
    assert peer.accept_dtls(60, HOME, 1.0)
    peer.receive_dtls(client_hello())
    for at in range(8):
        peer.receive_stun(check(), HOME, 2.0 + at)
    assert [datagram[0] for datagram in sent].count(22) == 1


def test_the_number_of_answered_checks_is_limited() -> None:
    peer, _observer, sent = make_peer()
    for _ in range(1000):
        peer.receive_stun(check(), HOME, 1.0)

    assert len(sent) == 100  # no checks of our own, as the peer has no description yet


def test_packets_that_are_not_media_are_ignored() -> None:
    peer, observer, _sent = make_peer()
    for data in (b"\x80", b"\x80" * 12, b"\x80\xc8" + bytes(20)):
        peer.receive(data, 1.0)

    assert observer.events == []
