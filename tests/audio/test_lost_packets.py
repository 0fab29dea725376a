"""Lost packets are replaced by the redundancy in the next one, if that arrives in time."""

from collections.abc import Callable

import numpy as np
import pytest

from audio.mixing.jitter_buffer import MAX_CONCEALED
from audio.mixing.opus import FRAME, RATE, Encoder, EncoderSettings
from tests.audio.simulated_network import SimulatedNetwork, lag_of
from tests.audio.sound import TICK, buzz, encode

SECONDS = 20.0
# Seconds from a packet to the next tick, which are random in practice.
PHASES = (0.001, 0.006, 0.011, 0.016)
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
def test_lost_packets_are_recovered_from_the_next(share: float, phase: float) -> None:
    network = SimulatedNetwork(losing(share, jitter=0.030), VOICE_PACKETS[960], phase=phase)
    heard = network.play_all()
    assert network.packets("recover") >= 0.9 * network.recoverable
    unrecoverable = len(network.lost) - network.recoverable  # before another lost packet
    assert network.packets("conceal") <= unrecoverable + 0.1 * network.recoverable + MAX_CONCEALED
    assert lag_of(heard, VOICE) - OPUS_DELAY <= 76 * MILLISECOND


def test_waiting_for_redundancy_adds_little_delay() -> None:
    lags = [
        lag_of(
            SimulatedNetwork(losing(0.1, jitter=0.005), VOICE_PACKETS[960], phase=phase).play_all(),
            VOICE,
        )
        for phase in PHASES
    ]
    assert (sum(lags) / len(lags) - OPUS_DELAY) <= 52 * MILLISECOND


@pytest.mark.parametrize("phase", PHASES)
def test_the_delay_is_longer_for_long_packets(phase: float) -> None:
    """At 20 kbit/s, 60 ms are one frame, and the next packet repeats all of it."""
    network = SimulatedNetwork(losing(0.05, jitter=0.010), LONG_FRAMES, duration=2880, phase=phase)
    heard = network.play_all()
    assert network.packets("recover") >= 0.8 * network.recoverable
    assert lag_of(heard, VOICE) - OPUS_DELAY <= 102 * MILLISECOND


@pytest.mark.parametrize("phase", PHASES)
def test_the_last_frame_of_a_long_packet_is_recovered(phase: float) -> None:
    """At 32 kbit/s, 60 ms are three frames, and the next packet repeats the last of them."""
    network = SimulatedNetwork(
        losing(0.05, jitter=0.010), VOICE_PACKETS[2880], duration=2880, phase=phase
    )
    heard = network.play_all()
    assert 3 * network.packets("recover") >= 0.85 * network.recoverable
    assert network.jitter.lost == pytest.approx(len(network.lost), abs=2)
    assert lag_of(heard, VOICE) - OPUS_DELAY <= 62 * MILLISECOND


@pytest.mark.parametrize("phase", PHASES)
def test_short_packets_are_recovered_too(phase: float) -> None:
    network = SimulatedNetwork(
        losing(0.05, jitter=0.030), VOICE_PACKETS[480], duration=480, phase=phase
    )
    heard = network.play_all()
    assert network.packets("recover") >= 0.95 * network.recoverable
    assert lag_of(heard, VOICE) - OPUS_DELAY <= 76 * MILLISECOND


@pytest.mark.parametrize("phase", PHASES)
def test_the_last_packet_of_a_lost_burst_is_recovered(phase: float) -> None:
    random = np.random.default_rng(5)
    lost = {
        number
        for start in random.choice(len(VOICE_PACKETS[960]) // 8, 50, replace=False)
        for number in range(8 * int(start), 8 * int(start) + int(random.integers(2, 5)))
    }
    network = SimulatedNetwork(
        lambda n: None if n in lost else float(random.uniform(0, 0.015)),
        VOICE_PACKETS[960],
        phase=phase,
    )
    network.play_all()
    assert network.recoverable == 50
    assert network.packets("recover") >= 0.95 * 50


def test_there_is_no_extra_delay_for_streams_without_redundancy() -> None:
    plain = encode(VOICE, loss=0.0)
    network = SimulatedNetwork(losing(0.1, jitter=0.005), plain)
    network.play_all()
    assert network.jitter.target == 0.020


def test_the_delay_shrinks_when_packets_are_no_longer_lost() -> None:
    random = np.random.default_rng(3)
    network = SimulatedNetwork(
        lambda n: None if n < 300 and random.random() < 0.1 else float(random.uniform(0, 0.02)),
        VOICE_PACKETS[960],
    )
    network.play(300)
    assert network.jitter.target > 0.041
    network.play(690)
    assert network.jitter.target < 0.035


def test_silence_of_the_sender_does_not_count_as_loss() -> None:
    """With DTX, a packet of one byte announces that none follows for a while."""
    packets = [packet if n % 26 < 20 else packet[:1] for n, packet in enumerate(VOICE_PACKETS[960])]
    network = SimulatedNetwork(lambda n: 0.0 if n % 26 <= 20 else None, packets)
    network.play_all()
    assert network.jitter.lost == 0
    assert network.jitter.target == 0.020


def test_a_late_packet_does_not_count_as_lost() -> None:
    random = np.random.default_rng(3)
    network = SimulatedNetwork(
        lambda _: float(random.choice([0.0, 0.12], p=[0.98, 0.02])), VOICE_PACKETS[960]
    )
    network.play_all()
    assert network.jitter.target < 0.045


def test_the_delay_changes_in_a_pause_and_not_within_a_word() -> None:
    """The voice is quiet for up to 80 ms within a word, and pauses for 250 ms every 2 s."""
    network = SimulatedNetwork(
        lambda _: 0.0, VOICE_PACKETS[960]
    )  # the delay begins at 40 ms, and 20 ms are enough
    skipped = []
    for tick in range(900):
        before = network.playout.samples["decode"]
        network.play(1)
        if network.playout.samples["decode"] - before == 2 * FRAME:
            skipped.append(tick * TICK % 2.0)
    assert len(skipped) == 1
    assert skipped[0] < 0.33  # the length of the pause, plus the delay


@pytest.mark.parametrize("phase", PHASES)
def test_the_delay_includes_the_time_until_playout(phase: float) -> None:
    """It includes the part of a tick for which a packet waits after it has arrived."""
    network = SimulatedNetwork(lambda _: 0.004, VOICE_PACKETS[960], phase=phase)
    heard = network.play_all()
    settled = slice(10 * RATE, 15 * RATE)
    lag = (lag_of(heard[settled], VOICE[settled]) - OPUS_DELAY) / RATE
    assert network.jitter.delay == pytest.approx(lag - 0.004, abs=0.001)  # 4 ms are the network's
