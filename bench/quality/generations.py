"""Measure the quality of speech without packet loss: encoded once, as a speaker's browser sends it,
and encoded a second time, as the mixer sends it.
"""

from collections.abc import Sequence

import numpy as np

from audio.mixing.calibration import calibrate
from audio.mixing.opus import FRAME, RATE, Decoder, Encoder, EncoderSettings, Pcm, has_redundancy
from bench.quality.score import LOOKAHEAD, rate_speech

BITRATES = (24_000, 32_000, 40_000, 48_000)  # bits per second


def rate_generations(passages: Sequence[Pcm], sent: EncoderSettings) -> None:
    """Print a row for the first encoding and one for each bitrate of the second."""
    print("| encoded | PESQ | packets with redundancy |")
    print("|---|---|---|")
    first = [pass_through(passage, sent) for passage in passages]
    _print_row("once, as sent", passages, first, generations=1)
    for bitrate in BITRATES:
        settings = EncoderSettings(bitrate=bitrate)
        second = [pass_through(sound, settings) for sound, _ in first]
        _print_row(f"again, {bitrate // 1000} kbit/s", passages, second, generations=2)


def print_costs() -> None:
    """Print the measured costs, on which the choice of the encoder's complexity depends."""
    calibration = calibrate(EncoderSettings())
    costs = ", ".join(
        f"{1e6 * cost:.0f} µs at {complexity}" for complexity, cost in calibration.costs.items()
    )
    print(f"Complexity {calibration.complexity} is chosen: a frame takes {costs}.")


def pass_through(sound: Pcm, settings: EncoderSettings) -> tuple[Pcm, float]:
    """Encode and decode a sound; return the result, and the share of packets with redundancy."""
    encoder, decoder = Encoder(settings), Decoder()
    packets = [
        encoder.encode(sound[at : at + FRAME]) for at in range(0, len(sound) - FRAME + 1, FRAME)
    ]
    heard = np.concatenate([decoder.decode(packet, FRAME) for packet in packets])
    return heard, sum(map(has_redundancy, packets)) / len(packets)


def _print_row(
    name: str, passages: Sequence[Pcm], heard: Sequence[tuple[Pcm, float]], *, generations: int
) -> None:
    late = round(generations * LOOKAHEAD * RATE)
    ratings = [
        rate_speech(clean[: len(sound) - late], sound[late:])
        for clean, (sound, _) in zip(passages, heard, strict=True)
    ]
    redundant = np.mean([share for _, share in heard])
    print(f"| {name} | {np.mean(ratings):.2f} | {100 * redundant:.0f} % |", flush=True)
