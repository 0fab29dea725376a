"""The media of a connected peer: SRTP in both directions, and RTCP reports."""

import time
from collections.abc import Callable

from audio.transport import rtcp, rtp, srtp
from audio.transport.inbound import Inbound
from audio.transport.offer import CNAME
from audio.transport.receiver_stats import ReceiverStats
from audio.transport.rtp import OutboundStream, RtpPacket
from audio.transport.sdp import Description
from audio.transport.srtp import Profile
from core.token_bucket import TokenBucket

PACKETS_RATE, PACKETS_BURST = 200.0, 400.0  # per second: four times what Opus needs
REPORTS_RATE, REPORTS_BURST = 10.0, 20.0  # per second


class Media:
    """Both directions of one peer.

    `on_packet` is called with Opus packets and their arrival times in monotonic seconds; if it is
    None, the peer's packets are ignored. `on_loss` is called with the fraction (0 to 1) of our
    packets that were lost. Packets that are not authentic, are replayed or exceed the rate are
    dropped.
    """

    def __init__(
        self,
        keys: tuple[Profile, bytes, bytes],
        *,
        description: Description,
        stream: OutboundStream,
        on_packet: Callable[[RtpPacket, float], None] | None,
        on_loss: Callable[[float], None],
    ) -> None:
        profile, inbound_key, outbound_key = keys
        self.outbound = srtp.outbound(outbound_key, profile)
        self.packets_lost = 0  # sent to the remote side, and counted as lost by it
        self._inbound = Inbound(inbound_key, profile)
        self._description, self._stream = description, stream
        self._on_packet, self._on_loss = on_packet, on_loss
        self._reception: ReceiverStats | None = None
        self._packets = TokenBucket(rate=PACKETS_RATE, burst=PACKETS_BURST)
        self._reports = TokenBucket(rate=REPORTS_RATE, burst=REPORTS_BURST)

    def report(self, timestamp: int, now: float) -> bytes:
        """Return an encrypted sender report, with a report block if the peer has sent packets."""
        reception = self._reception.report(now) if self._reception is not None else None
        return self.outbound.protect_rtcp(
            rtcp.sender_report(
                self._stream, cname=CNAME, timestamp=timestamp, now=time.time(), reception=reception
            )
        )

    def receive(self, data: bytes, now: float) -> None:
        """Process an encrypted RTP or RTCP packet."""
        if len(data) < rtp.HEADER.size:
            return
        try:
            if data[1] in rtcp.PACKET_TYPES:
                if self._reports.spend(now):
                    self._process_reports(self._inbound.unprotect_rtcp(data, now), now)
            elif self._on_packet is not None:
                negotiated = data[1] & 0x7F == self._description.payload_type
                plain = self._inbound.unprotect(data, now, may_begin=negotiated)
                self._process_packet(plain, self._on_packet, now)
        except (srtp.SrtpError, rtp.RtpError, rtcp.RtcpError):
            return

    def _process_packet(
        self, plain: bytes, on_packet: Callable[[RtpPacket, float], None], now: float
    ) -> None:
        packet = rtp.parse(plain, audio_level_id=self._description.audio_level_id)
        if packet.payload_type != self._description.payload_type or not self._packets.spend(now):
            return
        if self._reception is None or self._reception.ssrc != packet.ssrc:
            self._reception = ReceiverStats(packet.ssrc)
        self._reception.add(packet, now)
        if packet.payload:
            on_packet(packet, now)

    def _process_reports(self, plain: bytes, now: float) -> None:
        for report in rtcp.parse(plain):
            reception = self._reception
            if (
                reception is not None
                and reception.ssrc == report.ssrc
                and report.ntp_middle is not None
            ):
                reception.note_sender_report(report.ntp_middle, now)
            for block in report.blocks:
                if block.ssrc == self._stream.ssrc:
                    self.packets_lost = max(0, block.packets_lost)
                    self._on_loss(block.fraction_lost)
