import os

import pytest
from pylibsrtp import Session

from spaces.audio.transport import rtcp, srtp
from spaces.audio.transport.rtp import OutboundStream
from spaces.audio.transport.srtp import PROFILES, Inbound, Profile, SrtpError

Pair = tuple[Session, Inbound]


@pytest.fixture(params=PROFILES, ids=lambda profile: profile.name.decode())
def pair(request: pytest.FixtureRequest) -> Pair:
    profile: Profile = request.param
    key = os.urandom(profile.key + profile.salt)
    return srtp.outbound(key, profile), Inbound(key, profile)


def stream(ssrc: int = 1) -> OutboundStream:
    return OutboundStream(ssrc=ssrc, payload_type=111, sequence_number=100)


def test_what_is_protected_is_read(pair: Pair) -> None:
    sender, receiver = pair
    packet = stream().pack(b"opus", 960)

    assert receiver.unprotect(sender.protect(packet)) == packet


def test_reports_are_read(pair: Pair) -> None:
    sender, receiver = pair
    report = rtcp.receiver_report(1, [])

    assert receiver.unprotect_rtcp(sender.protect_rtcp(report)) == report


def test_a_packet_is_taken_once(pair: Pair) -> None:
    sender, receiver = pair
    packet = sender.protect(stream().pack(b"opus", 960))
    receiver.unprotect(packet)

    with pytest.raises(SrtpError, match="replay"):
        receiver.unprotect(packet)


def test_a_changed_packet_is_refused(pair: Pair) -> None:
    sender, receiver = pair
    packet = bytearray(sender.protect(stream().pack(b"opus", 960)))
    packet[13] ^= 1

    with pytest.raises(SrtpError, match="authentication"):
        receiver.unprotect(bytes(packet))


@pytest.mark.parametrize("size", [0, 1, 11, 12, 13, 1500, 1501])
def test_noise_of_any_size_is_refused(pair: Pair, size: int) -> None:
    noise = (b"\x80" + os.urandom(size))[:size]

    with pytest.raises(SrtpError):
        pair[1].unprotect(noise)
    with pytest.raises(SrtpError):
        pair[1].unprotect_rtcp(noise)


def test_a_peer_may_send_few_streams(pair: Pair) -> None:
    sender, receiver = pair
    for ssrc in range(srtp.MAX_STREAMS):
        receiver.unprotect(sender.protect(stream(ssrc).pack(b"opus", 960)))

    with pytest.raises(SrtpError, match="too many"):
        receiver.unprotect(sender.protect(stream(99).pack(b"opus", 960)))


def test_the_keys_are_split_as_the_rfc_says() -> None:
    profile = Profile(b"", 0, key=2, salt=1)

    assert srtp.split_keys(b"CCSScs", profile) == (b"CCc", b"SSs")
