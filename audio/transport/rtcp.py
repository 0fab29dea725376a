"""RTCP (RFC 3550, section 6): write sender reports, read the remote side's reports."""

import struct
from dataclasses import dataclass

from audio.transport.rtp import VERSION, OutboundStream

SENDER_REPORT, RECEIVER_REPORT, SOURCE_DESCRIPTION, BYE = 200, 201, 202, 203
PACKET_TYPES = range(192, 224)  # distinguish RTCP from RTP on one port (RFC 5761, section 4)

_HEADER = struct.Struct(">BBHI")
_SENDER = struct.Struct(">IIIII")
_BLOCK = struct.Struct(">IIIIII")
_CNAME = 1
_SINCE_1900 = 2_208_988_800  # seconds from the NTP epoch (1900) to the Unix epoch


class RtcpError(ValueError):
    """A malformed compound RTCP packet."""


@dataclass(frozen=True, slots=True)
class ReportBlock:
    """A report block about one stream (RFC 3550, section 6.4.1).

    `fraction_lost` (0.0 to 1.0) covers the time since the previous report, `packets_lost` the whole
    stream. `jitter` is in units of the RTP clock.
    """

    ssrc: int
    fraction_lost: float
    packets_lost: int
    highest_sequence: int
    jitter: int
    last_sender_report: int = 0
    delay_since_sender_report: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """One sender report or receiver report."""

    ssrc: int
    blocks: tuple[ReportBlock, ...]
    ntp_middle: int | None = None  # sender reports only: the middle 32 bits of the NTP timestamp


def parse(data: bytes) -> list[Report]:
    """Return the reports in a compound packet; packets of other types are skipped."""
    reports = []
    at = 0
    while at < len(data):
        if len(data) - at < 4:
            raise RtcpError("truncated header")
        first, kind, words = struct.unpack_from(">BBH", data, at)
        end = at + 4 + 4 * words
        if first >> 6 != VERSION or end > len(data):
            raise RtcpError("not version 2, or longer than the datagram")
        if kind in (SENDER_REPORT, RECEIVER_REPORT):
            reports.append(_parse_report(data[at:end], kind, first & 0x1F))
        at = end
    return reports


def sender_report(
    stream: OutboundStream,
    *,
    cname: str,
    timestamp: int,
    now: float,
    reception: ReportBlock | None = None,
) -> bytes:
    """Return a compound packet: a sender report and the required CNAME (RFC 3550, section 6.1).

    `now` is the Unix time in seconds that corresponds to the RTP `timestamp`. `reception` is the
    report block about the stream that the node receives.
    """
    seconds = int(now)
    body = _SENDER.pack(
        (seconds + _SINCE_1900) & 0xFFFFFFFF,
        int((now - seconds) * (1 << 32)) & 0xFFFFFFFF,
        timestamp & 0xFFFFFFFF,
        stream.packets & 0xFFFFFFFF,
        stream.octets & 0xFFFFFFFF,
    )
    if reception is not None:
        body += _pack_block(reception)
    report = _pack(SENDER_REPORT, int(reception is not None), stream.ssrc, body)
    item = struct.pack(">BB", _CNAME, len(cname)) + cname.encode("ascii") + b"\0"
    return report + _pack(SOURCE_DESCRIPTION, 1, stream.ssrc, item + bytes(-len(item) % 4))


def receiver_report(ssrc: int, blocks: list[ReportBlock]) -> bytes:
    """Return a receiver report with these blocks, at most 31."""
    body = b"".join(_pack_block(block) for block in blocks)
    return _pack(RECEIVER_REPORT, len(blocks), ssrc, body)


def ntp_middle(now: float) -> int:
    """Return the middle 32 bits of the NTP timestamp, in 1/65536 s, as reports use it (LSR)."""
    return int((now + _SINCE_1900) * 65536) & 0xFFFFFFFF


def _pack(kind: int, count: int, ssrc: int, body: bytes) -> bytes:
    return _HEADER.pack(VERSION << 6 | count, kind, 1 + len(body) // 4, ssrc) + body


def _pack_block(block: ReportBlock) -> bytes:
    fraction = min(255, max(0, int(block.fraction_lost * 256)))
    lost = min(0x7FFFFF, max(-0x800000, block.packets_lost)) & 0xFFFFFF
    return _BLOCK.pack(
        block.ssrc,
        fraction << 24 | lost,
        block.highest_sequence & 0xFFFFFFFF,
        block.jitter & 0xFFFFFFFF,
        block.last_sender_report,
        block.delay_since_sender_report,
    )


def _parse_report(packet: bytes, kind: int, count: int) -> Report:
    at = _HEADER.size + (_SENDER.size if kind == SENDER_REPORT else 0)
    if len(packet) < at + count * _BLOCK.size:
        raise RtcpError("truncated report")
    blocks = tuple(_parse_block(packet, at + i * _BLOCK.size) for i in range(count))
    ntp = None
    if kind == SENDER_REPORT:
        ntp = struct.unpack_from(">I", packet, _HEADER.size + 2)[0]
    return Report(ssrc=_HEADER.unpack_from(packet)[3], blocks=blocks, ntp_middle=ntp)


def _parse_block(packet: bytes, at: int) -> ReportBlock:
    ssrc, loss, highest, jitter, last, delay = _BLOCK.unpack_from(packet, at)
    lost = loss & 0xFFFFFF
    return ReportBlock(
        ssrc=ssrc,
        fraction_lost=(loss >> 24) / 256,
        packets_lost=lost - 0x1000000 if lost & 0x800000 else lost,
        highest_sequence=highest,
        jitter=jitter,
        last_sender_report=last,
        delay_since_sender_report=delay,
    )
