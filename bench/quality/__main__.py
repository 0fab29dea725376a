"""`python -m bench.quality`: see bench/README.md."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from audio.mixing import libopus
from audio.mixing.opus import RATE, Encoder, EncoderSettings, Pcm
from bench.quality.generations import print_costs, rate_generations
from bench.quality.network import NETWORKS, Network
from bench.quality.receivers import (
    play_aiortc,
    play_engine,
    play_fixed,
    play_fixed_in_ticks,
)
from bench.quality.score import measure_delay, rate_speech
from bench.quality.speech import read_speech

SENT = EncoderSettings(bitrate=32_000, complexity=9)  # similar to browsers


@dataclass(frozen=True)
class Score:
    pesq: float
    delay: float  # seconds


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.quality")
    parser.add_argument("--seeds", type=int, default=4, help="runs per network")
    parser.add_argument("--only", default="", help="only networks whose name contains this text")
    parser.add_argument("--without-aiortc", action="store_true")
    options = parser.parse_args()
    passages = read_speech()
    length = sum(map(len, passages)) / RATE
    print(f"{libopus.describe()}; {length:.0f} s of speech, {options.seeds} seeds\n")
    if not options.only:
        rate_generations(passages, SENT)
        print_costs()
        print()
    print("| network | engine | fixed buffer | fixed, in ticks | aiortc |")
    print("|---|---|---|---|---|")
    for network in NETWORKS:
        if options.only in network.name:
            scores = compare(passages, network, options.seeds, not options.without_aiortc)
            print(f"| {network.name} | {' | '.join(map(describe, scores))} |", flush=True)


def compare(
    passages: Sequence[Pcm], network: Network, seeds: int, with_aiortc: bool
) -> list[list[Score]]:
    """Return the scores of each receiver, one per seed."""
    size = network.duration
    packets = encode(np.concatenate(passages), network)
    engine, fixed, in_ticks, aiortc = [], [], [], []
    for seed in range(seeds):
        arrivals = network.arrivals(len(packets), seed=seed)
        engine.append(score(passages, play_engine(packets, arrivals, size, seed)))
        fixed.append(score(passages, play_fixed(packets, arrivals, size)))
        in_ticks.append(score(passages, play_fixed_in_ticks(packets, arrivals, size, seed)))
        if with_aiortc:
            aiortc.append(score(passages, play_aiortc(packets, arrivals, size)))
    return [engine, fixed, in_ticks, aiortc]


def describe(scores: Sequence[Score]) -> str:
    if not scores:
        return ""
    pesq = np.mean([each.pesq for each in scores])
    delay = np.mean([each.delay for each in scores])
    return f"{pesq:.2f}, {1000 * delay:.0f} ms"


def encode(speech: Pcm, network: Network) -> list[bytes]:
    settings = EncoderSettings(SENT.bitrate, complexity=SENT.complexity, loss=network.loss)
    encoder = Encoder(settings)
    size = network.duration
    return [encoder.encode(speech[at : at + size]) for at in range(0, len(speech) - size + 1, size)]


def score(passages: Sequence[Pcm], heard: Pcm) -> Score:
    """Rate each passage of about 8 s separately and average the ratings."""
    delay = measure_delay(np.concatenate(passages), heard)
    at, ratings = round(delay * RATE), []
    for passage in passages:
        ratings.append(rate_speech(passage, heard[at : at + len(passage)]))
        at += len(passage)
    return Score(float(np.mean(ratings)), delay)


if __name__ == "__main__":
    main()
