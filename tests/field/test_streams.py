"""What browsers and networks did to the RTP streams of calls elsewhere."""

import numpy as np
import pytest

from audio.mixing.levels import level_of
from audio.mixing.opus import RATE, Pcm
from tests.audio.simulated_network import SimulatedNetwork
from tests.audio.sound import TICK, packet
from tests.field.sender import Call

SECOND = 50  # packets
TAKEOVER = 4  # windows of 20 ms that a new stream may wait until it is heard


def test_voice_survives_a_changed_ssrc() -> None:
    """A browser restarts its audio, and sends from one SSRC after another all call long."""
    call = Call()
    for _ in range(20):
        call.speak(SECOND // 2)
        call.sender.restart()

    assert max(call.gaps()) <= TAKEOVER
    assert call.loud() >= 20 * (SECOND // 2 - TAKEOVER)


def test_voice_is_heard_although_its_first_packets_got_lost_at_the_wrap() -> None:
    """The first packet has the number 65,535 and never comes: SRTP's counters disagree."""
    call = Call()
    call.sender.sequence_number = 65_535
    call.sender.pack()
    call.speak(SECOND)

    assert call.gaps() == []
    assert call.loud() >= SECOND - TAKEOVER


@pytest.mark.parametrize("seconds", [10, -10, 3600, 2, -2, 0.5, -0.5, 0.15, -0.04])
@pytest.mark.parametrize("lost", [0, 1])
def test_no_hole_is_heard_when_the_timestamps_leap(seconds: float, lost: int) -> None:
    """A device was changed, an encoder restarted: the sender's clock leaps, its sound goes on."""

    def sound(leap: float) -> Pcm:
        call = Call()
        for _ in range(3):
            call.speak(SECOND)
            call.sender.timestamp += round(leap * RATE)
            for _ in range(lost):
                call.sender.pack()
                call.tick()
        call.speak(SECOND)
        return call.sound()

    assert np.array_equal(sound(seconds), sound(0.0))


def test_a_pause_stays_a_pause_when_the_timestamps_leap_in_it() -> None:
    def sound(seconds: float) -> Pcm:
        call = Call()
        call.speak(SECOND)
        call.pause(1.0)
        call.sender.timestamp += round(seconds * RATE)
        call.speak(SECOND)
        return call.sound()

    assert np.array_equal(sound(30.0), sound(1.0))


def test_the_last_packets_before_a_leap_may_be_overtaken() -> None:
    """They belong to where they were sent, and are heard."""
    call = Call()
    call.speak(SECOND)
    before = call.sender.pack()
    call.sender.timestamp += 10 * RATE
    behind = call.sender.pack()
    call.receive(behind, before)
    call.tick()
    call.tick()
    call.speak(SECOND)

    straight = Call()
    straight.speak(SECOND)
    straight.receive(straight.sender.pack(), straight.sender.pack())
    straight.tick()
    straight.tick()
    straight.speak(SECOND)
    assert np.array_equal(call.sound(), straight.sound())


@pytest.mark.parametrize(("parts_per_million", "seconds"), [(200, 200), (1000, 80), (-1000, 80)])
def test_a_steady_tone_stays_steady_when_the_clocks_differ(
    parts_per_million: int, seconds: int
) -> None:
    """A sound card's crystal is slow or fast: the wait shrinks to nothing, or grows for ever."""
    random = np.random.default_rng(1)
    late = TICK * parts_per_million / 1e6
    packets = [packet(number) for number in range(seconds * SECOND)]
    line = SimulatedNetwork(lambda number: number * late + float(random.uniform(0, 0.010)), packets)
    heard = line.play(len(packets) - TAKEOVER)[TAKEOVER:]

    assert all(frame is not None and level_of(frame) > -23 for frame in heard)
    assert line.packets("conceal") == 0
    assert line.jitter.delay < 0.1
