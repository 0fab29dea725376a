"""Behaviour of browsers and networks that caused problems with RTP in comparable systems."""

import numpy as np
import pytest

from audio.mixing.levels import level_of
from audio.mixing.opus import RATE, Pcm
from tests.audio.simulated_network import SimulatedNetwork
from tests.audio.sound import TICK, packet
from tests.field.sender import Call

SECOND = 50  # packets
TAKEOVER = 4  # windows of 20 ms until a new stream must be heard


def test_a_voice_survives_a_change_of_its_ssrc() -> None:
    """A browser restarts its audio again and again, each time with a new SSRC."""
    call = Call()
    for _ in range(20):
        call.speak(SECOND // 2)
        call.sender.restart()

    assert max(call.gaps()) <= TAKEOVER
    assert call.loud() >= 20 * (SECOND // 2 - TAKEOVER)


def test_a_voice_is_heard_if_its_first_packet_before_the_wrap_is_lost() -> None:
    """The first packet, 65,535, is lost, so the two sides count SRTP's rollovers differently."""
    call = Call()
    call.sender.sequence_number = 65_535
    call.sender.pack()
    call.speak(SECOND)

    assert call.gaps() == []
    assert call.loud() >= SECOND - TAKEOVER


@pytest.mark.parametrize("seconds", [10, -10, 3600, 2, -2, 0.5, -0.5, 0.15, -0.04])
@pytest.mark.parametrize("lost", [0, 1])
def test_a_jump_of_the_timestamps_causes_no_gap(seconds: float, lost: int) -> None:
    """After a change of device or of encoder, the clock jumps but the sound continues."""

    def sound(jump: float) -> Pcm:
        call = Call()
        for _ in range(3):
            call.speak(SECOND)
            call.sender.timestamp += round(jump * RATE)
            for _ in range(lost):
                call.sender.pack()
                call.tick()
        call.speak(SECOND)
        return call.sound()

    assert np.array_equal(sound(seconds), sound(0.0))


def test_a_jump_of_the_timestamps_during_a_pause_does_not_change_its_length() -> None:
    def sound(seconds: float) -> Pcm:
        call = Call()
        call.speak(SECOND)
        call.pause(1.0)
        call.sender.timestamp += round(seconds * RATE)
        call.speak(SECOND)
        return call.sound()

    assert np.array_equal(sound(30.0), sound(1.0))


def test_a_packet_overtaken_by_a_jump_of_the_timestamps_is_still_heard() -> None:
    """The packet is played at its own position."""
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
def test_a_steady_tone_stays_steady_if_the_clocks_differ(
    parts_per_million: int, seconds: int
) -> None:
    """Sound cards differ in speed: without a correction, the delay would shrink or grow forever."""
    random = np.random.default_rng(1)
    late = TICK * parts_per_million / 1e6
    packets = [packet(number) for number in range(seconds * SECOND)]
    network = SimulatedNetwork(
        lambda number: number * late + float(random.uniform(0, 0.010)), packets
    )
    heard = network.play(len(packets) - TAKEOVER)[TAKEOVER:]

    assert all(frame is not None and level_of(frame) > -23 for frame in heard)
    assert network.packets("conceal") == 0
    assert network.jitter.delay < 0.1
