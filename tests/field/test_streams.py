"""What browsers and networks did to the RTP streams of calls elsewhere."""

from tests.field.sender import Call

SECOND = 50  # packets
TAKEOVER = 4  # windows of 20 ms that a new stream may wait until it is heard


def test_voice_survives_a_changed_ssrc() -> None:
    """A browser restarts its audio, and sends from one SSRC after another all call long."""
    call = Call()
    for _ in range(20):
        call.speak(SECOND)
        call.sender.restart()

    assert max(call.gaps()) <= TAKEOVER
    assert call.loud() >= 20 * (SECOND - TAKEOVER)


def test_voice_is_heard_although_its_first_packets_got_lost_at_the_wrap() -> None:
    """The first packet has the number 65,535 and never comes: SRTP's counters disagree."""
    call = Call()
    call.sender.sequence_number = 65_535
    call.sender.pack()
    call.speak(SECOND)

    assert call.gaps() == []
    assert call.loud() >= SECOND - TAKEOVER
