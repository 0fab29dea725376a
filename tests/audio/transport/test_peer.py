"""What a peer does as time goes by, without waiting for it."""

import pytest

from audio.transport import sdp, stun
from audio.transport.dtls import Certificate, DtlsSession, Role
from audio.transport.ice import CONSENT
from audio.transport.peer import ANSWER_WITHIN, CONNECT_WITHIN, MAX_WAITING, Peer, State
from audio.transport.rtp import RtpPacket
from audio.transport.socket import Path
from audio.transport.stun import Attribute, Kind, Message
from tests.audio.callers import caller
from tests.audio.transport.test_sdp import OFFER

HOME = Path(("192.0.2.1", 1000))
CERTIFICATE = Certificate()


class Notes:
    """An observer that writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def peer_is_up(self, peer: Peer) -> None:
        self.told.append("up")

    def peer_moved(self, peer: Peer) -> None:
        self.told.append("moved")

    def peer_is_gone(self, peer: Peer, reason: str) -> None:
        self.told.append(reason)

    def heard(self, peer: Peer, packet: RtpPacket, arrived: float) -> None:
        self.told.append("heard")

    def loss_reported(self, peer: Peer, fraction: float) -> None:
        self.told.append("loss")


def make_peer() -> tuple[Peer, Notes, list[bytes]]:
    notes, sent = Notes(), []
    peer = Peer(
        name="p",
        caller=caller("ana"),
        speaks=True,
        certificate=CERTIFICATE,
        observer=notes,
        send=lambda data, _path: sent.append(data) is None,
        now=0.0,
    )
    return peer, notes, sent


def check(size: int = 100) -> Message:
    return Message(Kind.REQUEST, bytes(12), {Attribute.USE_CANDIDATE: b""}, size=size)


def hello() -> bytes:
    """A client's first flight: one datagram."""
    client = DtlsSession(CERTIFICATE, role=Role.CLIENT)
    client.start()
    (datagram,) = client.take()
    return datagram


def answer_to(probe: bytes, description: sdp.Description) -> Message:
    transaction = stun.parse(probe).transaction
    return stun.parse(stun.pack(Kind.SUCCESS, transaction, [], password=description.password))


def test_who_does_not_answer_an_offer_in_time_has_failed() -> None:
    peer, notes, _sent = make_peer()
    peer.sweep(ANSWER_WITHIN)
    assert notes.told == []
    peer.sweep(ANSWER_WITHIN + 1)
    assert notes.told == ["failed"]


def test_who_does_not_connect_in_time_has_failed() -> None:
    peer, notes, _sent = make_peer()
    peer.describe(sdp.parse(OFFER))
    peer.sweep(CONNECT_WITHIN)
    assert notes.told == []
    peer.sweep(CONNECT_WITHIN + 1)
    peer.sweep(CONNECT_WITHIN + 2)
    assert notes.told == ["failed"]


def test_who_is_silent_for_long_is_lost() -> None:
    peer, notes, _sent = make_peer()
    peer.check(check(), HOME, 1.0)
    peer.state = State.UP
    peer.sweep(CONSENT)
    assert notes.told == []
    peer.sweep(CONSENT + 1.1)
    assert notes.told == ["lost"]


def test_who_is_gone_is_answered_no_more() -> None:
    peer, notes, sent = make_peer()
    peer.close("left")
    peer.close("lost")
    peer.check(check(), HOME, 1.0)
    peer.shake_hands(b"\x16")

    assert (notes.told, sent) == (["left"], [])


def test_a_handshake_that_overtakes_the_answer_waits_for_it() -> None:
    peer, notes, sent = make_peer()
    peer.check(check(), HOME, 1.0)
    for _ in range(100):
        peer.shake_hands(b"\x16")
    assert len(peer._waiting) == MAX_WAITING
    peer.describe(sdp.parse(OFFER))

    assert (peer._waiting, notes.told, [each[0] for each in sent]) == ([], [], [1, 0])


def test_where_the_other_side_is_the_dtls_server_we_begin() -> None:
    peer, _notes, sent = make_peer()
    peer.describe(sdp.parse(OFFER.replace("actpass", "passive")))
    assert sent == []
    peer.check(check(), HOME, 1.0)

    assert [datagram[0] for datagram in sent] == [1, 0]
    peer.check(check(), HOME, 1.1)  # as every browser goes on checking
    assert 22 in [datagram[0] for datagram in sent]


@pytest.mark.parametrize("setup", ["actpass", "passive"])
@pytest.mark.parametrize("checks", [1, 7])
@pytest.mark.parametrize("size", [68, 120])
def test_where_nobody_answers_gets_thrice_what_came_from_there(setup, checks, size) -> None:
    """Whoever forges a source address is no lever: retransmissions are counted too."""
    peer, notes, sent = make_peer()
    peer.describe(sdp.parse(OFFER.replace("actpass", setup).replace("abCD", "7" * 256)))
    received = 0
    for at in range(checks):
        peer.check(check(size), HOME, float(at))
        received += size
    if setup == "actpass" and peer.may_shake_hands(len(hello()), HOME, 7.0):
        peer.shake_hands(hello())
        received += len(hello())
    for tenth in range(70, 320):
        peer.sweep(tenth / 10)
        assert sum(map(len, sent)) <= 3 * received
    assert notes.told == ["failed"]


def test_a_handshake_goes_on_once_the_path_is_proven() -> None:
    peer, _notes, sent = make_peer()
    description = sdp.parse(OFFER)
    peer.describe(description)
    peer.check(check(size=68), HOME, 1.0)
    _reply, probe = sent
    assert peer.may_shake_hands(60, HOME, 1.0)  # as if the hello had been that short
    peer.shake_hands(hello())
    assert len(sent) == 2
    peer.check(answer_to(probe, description), HOME, 1.1)
    assert [datagram[0] for datagram in sent[2:]] == [22]


def test_a_handshake_goes_on_with_what_more_comes() -> None:
    peer, _notes, sent = make_peer()
    peer.describe(sdp.parse(OFFER))
    peer.check(check(size=68), HOME, 1.0)
    assert peer.may_shake_hands(60, HOME, 1.0)
    peer.shake_hands(hello())
    for at in range(8):
        peer.check(check(), HOME, 2.0 + at)
    assert [datagram[0] for datagram in sent].count(22) == 1


def test_a_flood_of_checks_is_not_answered() -> None:
    peer, _notes, sent = make_peer()
    for _ in range(1000):
        peer.check(check(), HOME, 1.0)

    assert len(sent) == 100  # not described yet: nothing is asked back


def test_what_is_not_media_is_passed_over() -> None:
    peer, notes, _sent = make_peer()
    for data in (b"\x80", b"\x80" * 12, b"\x80\xc8" + bytes(20)):
        peer.receive(data, 1.0)

    assert notes.told == []
