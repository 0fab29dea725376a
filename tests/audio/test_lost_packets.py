"""What stands in for lost packets: the redundancy of the next one, wherever that comes in time."""

from collections.abc import Callable

import numpy as np
import pytest

from audio.mixing.jitter import STARVED
from audio.mixing.opus import FRAME, RATE, Encoder, EncoderSettings
from tests.audio.line import Line, lag_of
from tests.audio.sound import TICK, buzz, encode

SECONDS = 20.0
PHASES = (0.001, 0.006, 0.011, 0.016)  # seconds: where ticks fall between packets is luck
MILLISECOND = RATE // 1000
OPUS_DELAY = 312  # samples by which libopus itself lags
VOICE = buzz(seconds=SECONDS)
VOICE_PACKETS = {size: encode(VOICE, loss=0.1, duration=size) for size in (480, 960, 2880)}
_THRIFTY = Encoder(EncoderSettings(bitrate=20_000, loss=0.25))
LONG_FRAMES = encode(VOICE, encoder=_THRIFTY, duration=2880)


def losing(share: float, *, jitter: float, seed: int = 3) -> Callable[[int], float | None]:
    random = np.random.default_rng(seed)
    return lambda _: None if random.random() < share else float(random.uniform(0, jitter))


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("share", [0.05, 0.10, 0.20])
def test_lost_packets_are_restored_from_the_next(share: float, phase: float) -> None:
    line = Line(losing(share, jitter=0.030), VOICE_PACKETS[960], phase=phase)
    heard = line.play_all()
    assert line.packets("recover") >= 0.9 * line.recoverable
    beyond = len(line.lost) - line.recoverable  # two and more in a row
    assert line.packets("conceal") <= beyond + 0.1 * line.recoverable + STARVED
    assert lag_of(heard, VOICE) - OPUS_DELAY <= 76 * MILLISECOND


def test_the_wait_for_redundancy_is_short() -> None:
    lags = [
        lag_of(Line(losing(0.1, jitter=0.005), VOICE_PACKETS[960], phase=phase).play_all(), VOICE)
        for phase in PHASES
    ]
    assert (sum(lags) / len(lags) - OPUS_DELAY) <= 52 * MILLISECOND


@pytest.mark.parametrize("phase", PHASES)
def test_long_packets_are_waited_for_longer(phase: float) -> None:
    """At 20 kbit/s 60 ms are one frame, which the next packet repeats as a whole."""
    line = Line(losing(0.05, jitter=0.010), LONG_FRAMES, duration=2880, phase=phase)
    heard = line.play_all()
    assert line.packets("recover") >= 0.8 * line.recoverable
    assert lag_of(heard, VOICE) - OPUS_DELAY <= 102 * MILLISECOND


@pytest.mark.parametrize("phase", PHASES)
def test_of_long_packets_with_short_frames_the_last_is_restored(phase: float) -> None:
    """At 32 kbit/s 60 ms are three frames, the last of which the next packet repeats."""
    line = Line(losing(0.05, jitter=0.010), VOICE_PACKETS[2880], duration=2880, phase=phase)
    heard = line.play_all()
    assert 3 * line.packets("recover") >= 0.85 * line.recoverable
    assert line.jitter.lost == pytest.approx(len(line.lost), abs=2)
    assert lag_of(heard, VOICE) - OPUS_DELAY <= 62 * MILLISECOND


@pytest.mark.parametrize("phase", PHASES)
def test_short_packets_are_restored_as_well(phase: float) -> None:
    line = Line(losing(0.05, jitter=0.030), VOICE_PACKETS[480], duration=480, phase=phase)
    heard = line.play_all()
    assert line.packets("recover") >= 0.95 * line.recoverable
    assert lag_of(heard, VOICE) - OPUS_DELAY <= 76 * MILLISECOND


@pytest.mark.parametrize("phase", PHASES)
def test_in_bursts_the_last_packet_is_restored(phase: float) -> None:
    random = np.random.default_rng(5)
    lost = {
        number
        for start in random.choice(len(VOICE_PACKETS[960]) // 8, 50, replace=False)
        for number in range(8 * int(start), 8 * int(start) + int(random.integers(2, 5)))
    }
    line = Line(
        lambda n: None if n in lost else float(random.uniform(0, 0.015)),
        VOICE_PACKETS[960],
        phase=phase,
    )
    line.play_all()
    assert line.recoverable == 50
    assert line.packets("recover") >= 0.95 * 50


def test_without_redundancy_nobody_waits_for_it() -> None:
    plain = encode(VOICE, loss=0.0)
    line = Line(losing(0.1, jitter=0.005), plain)
    line.play_all()
    assert line.jitter.target == 0.020


def test_when_nothing_gets_lost_any_more_the_wait_shrinks_again() -> None:
    random = np.random.default_rng(3)
    line = Line(
        lambda n: None if n < 300 and random.random() < 0.1 else float(random.uniform(0, 0.02)),
        VOICE_PACKETS[960],
    )
    line.play(300)
    assert line.jitter.target > 0.041
    line.play(690)
    assert line.jitter.target < 0.035


def test_the_silence_of_a_sender_is_not_taken_for_loss() -> None:
    """With DTX a packet of one byte says that nothing follows for a while."""
    packets = [packet if n % 26 < 20 else packet[:1] for n, packet in enumerate(VOICE_PACKETS[960])]
    line = Line(lambda n: 0.0 if n % 26 <= 20 else None, packets)
    line.play_all()
    assert line.jitter.lost == 0
    assert line.jitter.target == 0.020


def test_a_late_packet_is_not_taken_for_lost() -> None:
    random = np.random.default_rng(3)
    line = Line(lambda _: float(random.choice([0.0, 0.12], p=[0.98, 0.02])), VOICE_PACKETS[960])
    line.play_all()
    assert line.jitter.target < 0.045


def test_the_wait_changes_in_a_pause_and_not_within_a_word() -> None:
    """The voice is quiet for up to 80 ms within a word, and pauses for 250 ms every 2 s."""
    line = Line(lambda _: 0.0, VOICE_PACKETS[960])  # it begins with 40 ms and needs 20
    skipped = []
    for tick in range(900):
        before = line.playout.samples["decode"]
        line.play(1)
        if line.playout.samples["decode"] - before == 2 * FRAME:
            skipped.append(tick * TICK % 2.0)
    assert len(skipped) == 1
    assert skipped[0] < 0.33  # the pause, and the wait for it


@pytest.mark.parametrize("phase", PHASES)
def test_the_wait_is_counted_until_the_sound_is_played(phase: float) -> None:
    """Also the part of a tick for which a packet waits after it came."""
    line = Line(lambda _: 0.004, VOICE_PACKETS[960], phase=phase)
    heard = line.play_all()
    settled = slice(10 * RATE, 15 * RATE)
    lag = (lag_of(heard[settled], VOICE[settled]) - OPUS_DELAY) / RATE
    assert line.jitter.delay == pytest.approx(lag - 0.004, abs=0.001)  # 4 ms are the network's
