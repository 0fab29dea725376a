"""Trunks: the stream of a Space, sent from its origin to an edge (docs/decisions/0031).

A trunk is one RTP stream, encrypted with SRTP. Each packet repeats the payloads before it.
"""

import secrets
from collections.abc import Callable

from pylibsrtp import Session

from audio.transport import red, rtp, srtp
from audio.transport.inbound import Inbound
from audio.transport.rtp import OutboundStream
from audio.transport.socket import Path

PROFILE = srtp.PROFILES[0]
KEY_LENGTH = PROFILE.key + PROFILE.salt  # bytes
PAYLOAD_TYPE = 63  # redundant audio data; any number that RTCP does not use

# payload, RTP timestamp, number of payloads that are lost before it
OnPayload = Callable[[bytes, int, int], None]


class OutgoingTrunk:
    """The origin's end; implements `audience.interface.Listener`. `key` is for this trunk alone."""

    def __init__(self, *, ssrc: int, key: bytes, path: Path) -> None:
        self.stream = OutboundStream(
            ssrc=ssrc, payload_type=PAYLOAD_TYPE, sequence_number=secrets.randbelow(1 << 14)
        )
        self.srtp: Session | None = srtp.outbound(key, PROFILE)
        self.path: Path | None = path


class IncomingTrunk:
    """The edge's end. It passes on each payload once, in order.

    Packets are dropped until the key is known. A new key means that the origin has opened the trunk
    again, with new sequence numbers and timestamps.
    """

    def __init__(self, on_payload: OnPayload) -> None:
        self.ssrc = secrets.randbits(32)
        self.packets_lost = 0  # payloads that no packet contained
        self._on_payload = on_payload
        self._key = b""
        self._inbound: Inbound | None = None
        self._newest: tuple[int, int] | None = None  # sequence number and timestamp

    def open(self, key: bytes) -> None:
        """Accept packets that are encrypted with this key; do nothing if it is known already."""
        if key != self._key:
            self._key, self._inbound, self._newest = key, Inbound(key, PROFILE), None

    def receive(self, data: bytes, now: float) -> None:
        """Process an encrypted packet; drop it if it is not authentic or brings nothing new."""
        if self._inbound is None:
            return
        try:
            packet = rtp.parse(self._inbound.unprotect(data, now))
            blocks = red.parse(packet.payload, packet.timestamp)
        except (srtp.SrtpError, rtp.RtpError):
            return
        missing = 0
        if self._newest is None:
            blocks = blocks[-1:]  # the others were sent before this trunk began
        else:
            number, timestamp = self._newest
            ahead = (packet.sequence_number - number) & 0xFFFF
            if not 0 < ahead < 1 << 15:  # late or repeated
                return
            blocks = [block for block in blocks if _is_after(block.timestamp, timestamp)]
            missing = max(0, ahead - len(blocks))
        self._newest = packet.sequence_number, packet.timestamp
        self.packets_lost += missing
        for payload, timestamp in blocks:
            self._on_payload(payload, timestamp, missing)
            missing = 0


def _is_after(timestamp: int, other: int) -> bool:
    return 0 < (timestamp - other) & 0xFFFF_FFFF < 1 << 31
