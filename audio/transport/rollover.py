"""Joining an SRTP stream whose sequence numbers have just gone round (RFC 3711 §3.3.1).

Sequence numbers have 16 bits, and SRTP counts how often they went round. A receiver starts that
rollover counter at 0. A sender that began with 65535 and lost its first packets is past the wrap
when we first hear of it: nothing it says could ever be decrypted. So where a stream's first packet
has a low number and is not authentic, it is tried once more as if it were behind the wrap.
"""

from pylibsrtp import Policy, Session

WRAP = 1 << 16
AHEAD = WRAP // 2 + 1  # a number that much larger than the next one is taken to be before the wrap
_HEADER = bytes((0x80, 0))  # an RTP packet of version 2


def may_follow_wrap(packet: bytes) -> bool:
    return _sequence_number(packet) + AHEAD < WRAP


def join_after_wrap(policy: Policy, packet: bytes) -> tuple[Session, bytes]:
    """A session for this stream alone, and its first packet decrypted; raises libsrtp's `Error`
    or ValueError. `policy` is for any inbound SSRC.

    libsrtp's binding cannot set the counter. But we hold the sender's key, so we write the packet
    that moves the session to where the counter goes up next; it never leaves this function."""
    earlier = _sequence_number(packet) + AHEAD
    outbound = Policy(
        key=bytes(policy.key or b""),
        ssrc_type=Policy.SSRC_ANY_OUTBOUND,
        srtp_profile=policy.srtp_profile,
    )
    session = Session(policy)
    primer = _HEADER + earlier.to_bytes(2, "big") + packet[4:12]
    session.unprotect(Session(outbound).protect(primer))
    return session, session.unprotect(packet)


def _sequence_number(packet: bytes) -> int:
    return int.from_bytes(packet[2:4], "big")
