import os
from dataclasses import dataclass

import pytest
from pylibsrtp import Session

from audio.transport import inbound, rtcp, srtp
from audio.transport.inbound import Inbound
from audio.transport.rtp import OutboundStream
from audio.transport.srtp import PROFILES, SrtpError

PACKETS_BEFORE_WRAP = 4  # for streams that begin with 65,532


@dataclass
class Pair:
    """A sender and our receiver; `now` is the receiver's clock."""

    sender: Session
    receiver: Inbound
    now: float = 1000.0

    def send(self, *streams: OutboundStream) -> list[bytes]:
        """Send a packet of each stream, one second apart, and return them decrypted."""
        received = []
        for stream in streams:
            self.now += 1.0
            received.append(self.receive(self.packet(stream)))
        return received

    def receive(self, packet: bytes, *, may_begin: bool = True) -> bytes:
        return self.receiver.unprotect(packet, self.now, may_begin=may_begin)

    def report(self, packet: bytes) -> bytes:
        return self.receiver.unprotect_rtcp(packet, self.now)

    def packet(self, stream: OutboundStream) -> bytes:
        return self.sender.protect(stream.pack(b"opus", 960))


@pytest.fixture(params=PROFILES, ids=lambda profile: profile.name.decode())
def pair(request: pytest.FixtureRequest) -> Pair:
    profile = request.param
    key = os.urandom(profile.key + profile.salt)
    return Pair(srtp.outbound(key, profile), Inbound(key, profile))


def stream(ssrc: int = 1, *, first: int = 100) -> OutboundStream:
    return OutboundStream(ssrc, payload_type=111, sequence_number=(first - 1) & 0xFFFF)


def test_a_protected_packet_is_decrypted(pair: Pair) -> None:
    packet = stream().pack(b"opus", 960)

    assert pair.receive(pair.sender.protect(packet)) == packet


def test_a_protected_report_is_decrypted(pair: Pair) -> None:
    report = rtcp.receiver_report(1, [])

    assert pair.report(pair.sender.protect_rtcp(report)) == report


def test_a_replayed_packet_is_refused(pair: Pair) -> None:
    packet = pair.packet(stream())
    pair.receive(packet)

    with pytest.raises(SrtpError, match="replay"):
        pair.receive(packet)


def test_a_changed_packet_is_refused(pair: Pair) -> None:
    packet = bytearray(pair.packet(stream()))
    packet[13] ^= 1

    with pytest.raises(SrtpError, match="authentication"):
        pair.receive(bytes(packet))


@pytest.mark.parametrize("size", [0, 1, 11, 12, 13, 1500, 1501])
def test_random_data_of_any_size_is_refused(pair: Pair, size: int) -> None:
    noise = (b"\x80" + os.urandom(size))[:size]

    with pytest.raises(SrtpError):
        pair.receive(noise)
    with pytest.raises(SrtpError):
        pair.report(noise)


def test_a_call_can_have_many_streams_one_after_another(pair: Pair) -> None:
    for ssrc in range(100):
        assert len(pair.send(*[stream(ssrc)] * 3)) == 3
        pair.report(pair.sender.protect_rtcp(rtcp.receiver_report(ssrc, [])))


def test_memory_of_ended_streams_is_bounded(pair: Pair, monkeypatch) -> None:
    monkeypatch.setattr(inbound, "MAX_RETIRED", 20)
    pair.send(*[stream(ssrc) for ssrc in range(100)])

    assert len(pair.receiver._packets._sessions) == inbound.MAX_STREAMS
    assert len(pair.receiver._packets._retired) == 20


def test_the_rate_of_new_streams_is_limited(pair: Pair) -> None:
    with pytest.raises(SrtpError, match="too many"):
        for ssrc in range(100):
            pair.receive(pair.packet(stream(ssrc)))

    assert pair.send(stream(99)) != []


def test_random_packets_do_not_keep_a_new_stream_out(pair: Pair) -> None:
    for _ in range(100):
        with pytest.raises(SrtpError):
            pair.receive(b"\x80\x6f" + os.urandom(98))

    assert pair.receive(pair.packet(stream())) != b""


def test_packets_of_an_ended_stream_cannot_be_replayed(pair: Pair) -> None:
    old = stream(1)
    recorded = pair.packet(old)
    pair.receive(recorded)
    pair.send(*[stream(ssrc) for ssrc in range(2, 2 + inbound.MAX_STREAMS)])

    with pytest.raises(SrtpError, match="over"):
        pair.receive(recorded)


def test_a_continuing_stream_is_kept_while_others_come_and_go(pair: Pair) -> None:
    lasting = stream(1)
    for ssrc in range(2, 50):
        pair.send(lasting, stream(ssrc))


def test_a_new_stream_that_was_not_negotiated_is_refused(pair: Pair) -> None:
    begun = stream(1)
    pair.send(begun)

    assert pair.receive(pair.packet(begun), may_begin=False) != b""
    with pytest.raises(SrtpError, match="negotiated"):
        pair.receive(pair.packet(stream(2)), may_begin=False)


@pytest.mark.parametrize("lost", range(8))
def test_a_stream_is_decrypted_if_its_start_before_the_wrap_was_lost(pair: Pair, lost: int) -> None:
    begun = stream(first=65_536 - PACKETS_BEFORE_WRAP)
    for _ in range(lost):
        pair.packet(begun)

    assert len(pair.send(*[begun] * 100)) == 100


def test_a_late_packet_from_before_the_wrap_is_accepted_once(pair: Pair) -> None:
    begun = stream(first=65_535)
    before, behind = pair.packet(begun), pair.packet(begun)
    pair.receive(behind)
    pair.receive(before)

    for packet in (before, behind):
        with pytest.raises(SrtpError, match="replay"):
            pair.receive(packet)


def test_random_packets_cause_little_work(pair: Pair, monkeypatch) -> None:
    tries = []

    def refuse(*arguments: object) -> None:
        tries.append(arguments)
        raise ValueError

    monkeypatch.setattr(inbound, "join_after_wrap", refuse)
    for _ in range(100):
        with pytest.raises(SrtpError):
            pair.receive(b"\x80\x6f\x00\x01" + os.urandom(96))

    assert len(tries) == inbound.JOINS_BURST
