"""The sound that is played on networks that behave in every way."""

import numpy as np
import pytest

from audio.mixing.arrivals import MAX_DELAY, MIN_DELAY
from audio.mixing.levels import level_of
from audio.mixing.opus import FRAME, samples_in
from audio.mixing.playout import Playout
from tests.audio.line import Line
from tests.audio.sound import TICK, encode, frames, noise, packet, silence, sine, strength


def test_a_quiet_network_costs_20_ms() -> None:
    line = Line(lambda _: 0.005, [packet(n) for n in range(500)])
    heard = line.play(490)
    assert line.jitter.target == MIN_DELAY
    assert (line.jitter.late, line.jitter.lost) == (0, 0)
    assert [frame is None for frame in heard[5:]] == [False] * 485


def test_a_bad_network_is_waited_for() -> None:
    random = np.random.default_rng(3)
    line = Line(lambda _: float(random.uniform(0, 0.08)), [packet(n) for n in range(1500)])
    line.play(1000)
    late_while_learning = line.jitter.late
    line.play(490)
    assert 0.07 < line.jitter.target <= 0.10
    assert line.jitter.late - late_while_learning <= 0.03 * 490


def test_the_wait_is_never_longer_than_200_ms() -> None:
    random = np.random.default_rng(3)
    line = Line(lambda _: float(random.uniform(0, 0.9)), [packet(n) for n in range(1000)])
    line.play(990)
    assert line.jitter.target == MAX_DELAY


@pytest.mark.parametrize("sound", ["voice", "silence"])
def test_when_the_network_calms_down_the_wait_shrinks_again(sound: str) -> None:
    packets = encode(silence(40.0)) if sound == "silence" else [packet(n) for n in range(2000)]
    random = np.random.default_rng(3)
    line = Line(lambda n: float(random.uniform(0, 0.15)) if n < 600 else 0.0, packets)
    line.play(590)
    assert line.jitter.delay > 0.10
    line.play(1300)
    assert line.jitter.target == MIN_DELAY
    assert line.jitter.delay < 0.085


def test_compressing_the_voice_does_not_change_its_pitch() -> None:
    random = np.random.default_rng(3)
    line = Line(
        lambda n: float(random.uniform(0, 0.15)) if n < 600 else 0.0,
        encode(sine(600, seconds=30.0)),
    )
    line.play(650)
    heard = np.concatenate([frame for frame in line.play(800) if frame is not None])
    assert round(strength(heard, 600)) == -20


def test_a_sender_whose_clock_is_fast_does_not_pile_up() -> None:
    packets = [packet(n) for n in range(3000)]
    line = Line(lambda n: -n * TICK * 0.002, packets)  # 2000 ppm, ten times the worst crystal
    line.play(2900)
    assert line.jitter.delay < 0.1
    assert line.jitter.waiting < 0.15


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


def test_hostile_timestamps_crash_nothing() -> None:
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
                playout.settle(pieces[0])
    assert len(playout._sound) < 20 * FRAME
