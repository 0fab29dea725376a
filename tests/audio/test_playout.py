"""Playout on good, bad and hostile networks."""

import numpy as np
import pytest

from audio.mixing.delay_estimator import MAX_DELAY, MIN_DELAY
from audio.mixing.levels import level_of
from audio.mixing.opus import FRAME, samples_in
from audio.mixing.playout import Playout
from tests.audio.simulated_network import SimulatedNetwork
from tests.audio.sound import TICK, encode, frames, noise, packet, silence, sine, strength


def test_the_delay_is_20_ms_on_a_good_network() -> None:
    network = SimulatedNetwork(lambda _: 0.005, [packet(n) for n in range(500)])
    heard = network.play(490)
    assert network.jitter.target == MIN_DELAY
    assert (network.jitter.late, network.jitter.lost) == (0, 0)
    assert [frame is None for frame in heard[5:]] == [False] * 485


def test_the_delay_grows_on_a_bad_network() -> None:
    random = np.random.default_rng(3)
    network = SimulatedNetwork(
        lambda _: float(random.uniform(0, 0.08)), [packet(n) for n in range(1500)]
    )
    network.play(1000)
    late_while_learning = network.jitter.late
    network.play(490)
    assert 0.07 < network.jitter.target <= 0.10
    assert network.jitter.late - late_while_learning <= 0.03 * 490


def test_the_delay_is_at_most_200_ms() -> None:
    random = np.random.default_rng(3)
    network = SimulatedNetwork(
        lambda _: float(random.uniform(0, 0.9)), [packet(n) for n in range(1000)]
    )
    network.play(990)
    assert network.jitter.target == MAX_DELAY


@pytest.mark.parametrize("sound", ["voice", "silence"])
def test_the_delay_shrinks_when_the_network_gets_better(sound: str) -> None:
    packets = encode(silence(40.0)) if sound == "silence" else [packet(n) for n in range(2000)]
    random = np.random.default_rng(3)
    network = SimulatedNetwork(
        lambda n: float(random.uniform(0, 0.15)) if n < 600 else 0.0, packets
    )
    network.play(590)
    assert network.jitter.delay > 0.10
    network.play(1300)
    assert network.jitter.target == MIN_DELAY
    assert network.jitter.delay < 0.085


def test_shortening_the_sound_does_not_change_its_pitch() -> None:
    random = np.random.default_rng(3)
    network = SimulatedNetwork(
        lambda n: float(random.uniform(0, 0.15)) if n < 600 else 0.0,
        encode(sine(600, seconds=30.0)),
    )
    network.play(650)
    heard = np.concatenate([frame for frame in network.play(800) if frame is not None])
    assert round(strength(heard, 600)) == -20


def test_packets_of_a_sender_with_a_fast_clock_do_not_pile_up() -> None:
    packets = [packet(n) for n in range(3000)]
    network = SimulatedNetwork(
        lambda n: -n * TICK * 0.002, packets
    )  # 2000 ppm, ten times as bad as the worst oscillator
    network.play(2900)
    assert network.jitter.delay < 0.1
    assert network.jitter.buffered < 0.15


@pytest.mark.parametrize("duration", [120, 240, 480, 960, 1920, 2880])
def test_frames_of_every_length_are_played(duration: int) -> None:
    short = encode(sine(600, seconds=1.2), duration=duration)
    assert {samples_in(made) for made in short} == {duration}
    playout = Playout()
    heard = []
    for tick in range(50):
        at = tick * FRAME
        while at < (tick + 1) * FRAME:
            if at % duration == 0:
                playout.jitter.push(at, short[at // duration], at / 48_000)
            at += 120
        heard.append(playout.read(tick * TICK))
    played = np.concatenate([frame for frame in heard if frame is not None])
    assert len(played) >= 40 * FRAME
    assert round(level_of(played[-20 * FRAME :])) == -20


def test_random_timestamps_do_not_crash_playout() -> None:
    random = np.random.default_rng(5)
    playout = Playout()
    pieces = frames(noise(seconds=0.1))
    for number in range(3000):
        timestamp = int(random.choice([number * 960, number * 7, int(random.integers(2**32))]))
        playout.jitter.push(timestamp, packet(number), number * 0.01)
        if number % 2:
            frame = playout.read(number * 0.01)
            assert frame is None or len(frame) == FRAME
            if frame is not None and number % 3:
                playout.adapt(pieces[0])
    assert len(playout._sound) < 20 * FRAME
