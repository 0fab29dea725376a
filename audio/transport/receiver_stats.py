"""Reception statistics of one RTP stream for report blocks (RFC 3550, sections 6.4.1, A.3, A.8)."""

from audio.transport import rtcp
from audio.transport.rtp import RtpPacket

CLOCK_RATE = 48_000
MAX_DROPOUT = 3000  # a larger step is a restart of the sender, not loss (RFC 3550, A.1)


class ReceiverStats:
    """The statistics of one SSRC; times are monotonic seconds."""

    def __init__(self, ssrc: int) -> None:
        self.ssrc = ssrc
        self._base: int | None = None
        self._highest = 0  # the extended highest sequence number
        self._received = 0
        self._jitter = 0.0
        self._last_transit: float | None = None
        self._reported = (0, 0)  # packets expected and received at the last report
        self._sender_report: tuple[int, float] | None = None

    def add(self, packet: RtpPacket, arrived: float) -> None:
        if self._base is None:
            self._base = self._highest = packet.sequence_number
        step = (packet.sequence_number - self._highest) & 0xFFFF
        if step < MAX_DROPOUT:
            self._highest += step
        elif step < 0x10000 - MAX_DROPOUT:
            self._restart(packet.sequence_number)
        self._received += 1
        transit = arrived * CLOCK_RATE - packet.timestamp
        if self._last_transit is not None:
            change = abs(transit - self._last_transit)
            if change < CLOCK_RATE:  # otherwise the timestamps have jumped
                self._jitter += (change - self._jitter) / 16
        self._last_transit = transit

    def note_sender_report(self, ntp_middle: int, arrived: float) -> None:
        self._sender_report = (ntp_middle, arrived)

    def report(self, now: float) -> rtcp.ReportBlock:
        """Return a report block; its fraction lost covers the time since the previous report."""
        base = self._base if self._base is not None else self._highest + 1
        expected = self._highest - base + 1
        expected_since = expected - self._reported[0]
        received_since = self._received - self._reported[1]
        self._reported = (expected, self._received)
        lost_since = max(0, expected_since - received_since)
        last, delay = 0, 0
        if self._sender_report is not None:
            last = self._sender_report[0]
            delay = int((now - self._sender_report[1]) * 65536) & 0xFFFFFFFF
        return rtcp.ReportBlock(
            ssrc=self.ssrc,
            fraction_lost=lost_since / expected_since if expected_since > 0 else 0.0,
            packets_lost=expected - self._received,
            highest_sequence=self._highest,
            jitter=int(self._jitter),
            last_sender_report=last,
            delay_since_sender_report=delay,
        )

    def _restart(self, sequence_number: int) -> None:
        self._base = self._highest = sequence_number
        self._received = 0
        self._reported = (0, 0)
