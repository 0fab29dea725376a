from hypothesis import given
from hypothesis import strategies as st

from audio.transport import rtcp
from audio.transport.receiver_stats import ReceiverStats
from audio.transport.rtcp import Report, ReportBlock, RtcpError
from audio.transport.rtp import OutboundStream, RtpPacket

BLOCK = ReportBlock(ssrc=9, fraction_lost=0.25, packets_lost=-3, highest_sequence=70_000, jitter=12)


def packet(sequence_number: int) -> RtpPacket:
    return RtpPacket(sequence_number & 0xFFFF, sequence_number * 960, 9, 111, False, b"opus")


def test_a_sender_report_can_be_parsed_again() -> None:
    stream = OutboundStream(ssrc=5, payload_type=111, sequence_number=0, packets=10, octets=800)
    compound = rtcp.sender_report(stream, cname="space", timestamp=960, now=1.5, reception=BLOCK)

    assert rtcp.parse(compound) == [Report(5, (BLOCK,), ntp_middle=rtcp.ntp_middle(1.5))]
    assert compound[:2] == b"\x81\xc8"
    assert len(compound) % 4 == 0
    assert compound.endswith(b"\x01\x05space\x00")


def test_a_receiver_report_can_be_parsed_again() -> None:
    assert rtcp.parse(rtcp.receiver_report(1, [BLOCK, BLOCK])) == [Report(1, (BLOCK, BLOCK))]


def test_other_packet_types_are_skipped() -> None:
    feedback = bytes.fromhex("8fce0002 00000001 00000002".replace(" ", ""))

    assert rtcp.parse(feedback + rtcp.receiver_report(1, [])) == [Report(1, ())]


@given(st.binary(max_size=1500))
def test_random_data_is_parsed_or_refused(data: bytes) -> None:
    try:
        reports = rtcp.parse(data)
    except RtcpError:
        return
    assert sum(24 * len(report.blocks) for report in reports) <= len(data)


def test_loss_is_counted_since_the_last_report() -> None:
    stats = ReceiverStats(9)
    for number in (65_530, 65_531, 65_534, 65_537):  # two lost, then two over the wrap
        stats.add(packet(number), number * 0.02)

    first = stats.report(now=0)
    assert (first.fraction_lost, first.packets_lost) == (0.5, 4)
    assert first.highest_sequence == 65_537
    assert first.jitter == 0
    stats.add(packet(65_538), 65_538 * 0.02)
    assert stats.report(now=0).fraction_lost == 0.0


def test_a_sender_that_restarts_its_numbers_has_no_loss() -> None:
    stats = ReceiverStats(9)
    for number in (100, 101, 40_000, 40_001):
        stats.add(packet(number), 0)

    assert stats.report(now=0).packets_lost == 0


def test_the_delay_since_the_last_sender_report_is_reported() -> None:
    stats = ReceiverStats(9)
    stats.add(packet(1), 0)
    stats.note_sender_report(0xABCD, 10.0)

    block = stats.report(now=10.5)
    assert (block.last_sender_report, block.delay_since_sender_report) == (0xABCD, 32_768)


def test_a_stream_without_packets_has_no_loss() -> None:
    assert ReceiverStats(9).report(now=0) == ReportBlock(9, 0.0, 0, 0, 0)
