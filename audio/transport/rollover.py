"""Join an SRTP stream whose sequence number has just wrapped around (RFC 3711, section 3.3.1).

Sequence numbers have 16 bits, and SRTP counts the wraps in a rollover counter, which a receiver
starts at 0. If a sender begins with 65535 and its first packets are lost, its counter is 1 when its
first packet arrives, and none of its packets could be decrypted. So if the first packet of a stream
has a low sequence number and is not authentic, decryption is tried again with a counter of 1.
"""

from pylibsrtp import Policy, Session

WRAP = 1 << 16
AHEAD = WRAP // 2 + 1  # a sequence number that is smaller by this or more follows a wrap
_HEADER = bytes((0x80, 0))  # an RTP packet of version 2


def may_follow_wrap(packet: bytes) -> bool:
    return _sequence_number(packet) + AHEAD < WRAP


def join_after_wrap(policy: Policy, packet: bytes) -> tuple[Session, bytes]:
    """Return a session for this stream alone, and its first packet decrypted.

    `policy` is for any inbound SSRC. pylibsrtp cannot set the rollover counter. But the sender's
    key is known, so this function forges a packet from before the wrap, which the session receives
    first. The forged packet never leaves this function. Raises libsrtp's `Error` or ValueError.
    """
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
