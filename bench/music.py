"""Measure the quality of music that was played through a room; see bench/README.md.

The ViSQOL score is measured with and without music mode, and with data saver.

python -m bench.music [--seconds 5]
"""

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from visqol import VisqolApi

from audio.mixing.channels import MONO, STEREO, with_channels
from audio.mixing.mixer import Mix, Mixer
from audio.mixing.opus import FRAME, RATE, Application, Decoder, Encoder, EncoderSettings, Pcm

# How Chromium encodes a microphone: for talk, and as our SDP requests in music mode.
TALK = EncoderSettings(bitrate=32_000, complexity=9)
MUSIC = EncoderSettings(
    bitrate=128_000, channels=STEREO, application=Application.AUDIO, complexity=9, fec=False
)
CHORDS = ((110.0, 164.8, 220.0, 261.6, 329.6), (87.3, 174.6, 220.0, 261.6, 349.2))  # Hz
PLUCK_EVERY = 0.25  # seconds
LONGEST_DELAY = 0.2  # seconds


@dataclass(frozen=True)
class Packet:
    sequence_number: int
    timestamp: int
    payload: bytes
    ssrc: int = 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=5)
    options = parser.parse_args()
    played = make_music(options.seconds)
    rows = {
        "talk": (TALK, False, lambda mix: mix.shared),
        "talk, data saver": (TALK, False, lambda mix: mix.saver),
        "music mode": (MUSIC, True, lambda mix: mix.shared),
        "music mode, data saver": (MUSIC, True, lambda mix: mix.saver),
    }
    print("| | ViSQOL | kbit/s to a listener |\n|---|---|---|")
    for name, (sender, music, choose) in rows.items():
        packets = list(send(played, sender, music=music, choose=choose))
        heard = decode(packets)
        kilobits = 8 * 50 * np.mean([len(packet) for packet in packets]) / 1000
        print(f"| {name} | {rate_music(played, heard):.2f} | {kilobits:.0f} |", flush=True)


def make_music(seconds: int) -> Pcm:
    """Generate plucked strings (Karplus-Strong) over a soft cymbal, in stereo."""
    random = np.random.default_rng(600)
    length = seconds * RATE
    music = np.zeros((length, STEREO))
    for number in range(int(seconds / PLUCK_EVERY)):
        chord = CHORDS[number // 8 % len(CHORDS)]
        note = pluck(chord[number * 2 % len(chord)] * (1 + number % 2), random)
        at = round(number * PLUCK_EVERY * RATE)
        end = min(length, at + len(note))
        side = (1 + np.sin(number)) / 2
        pan = np.array([np.cos(side * np.pi / 2), np.sin(side * np.pi / 2)])
        music[at:end] += note[: end - at, None] * pan
    beat = np.exp(-30 * (np.arange(length) / RATE % 0.5))
    music += 0.05 * np.diff(random.standard_normal((length + 1, STEREO)), axis=0) * beat[:, None]
    quiet: Pcm = (music * 0.35 / np.abs(music).max()).astype(np.float32)
    return quiet


def pluck(hertz: float, random: np.random.Generator) -> Pcm:
    """Generate the sound of a string, 2 s: repeated noise that loses its high frequencies first."""
    period = round(RATE / hertz)
    loop = random.uniform(-1, 1, period)
    turns = []
    for _ in range(round(2 * hertz)):
        turns.append(loop)
        loop = 0.498 * (loop + np.roll(loop, 1))
    sound: Pcm = np.concatenate(turns).astype(np.float32)
    return sound


def send(
    played: Pcm, sender: EncoderSettings, *, music: bool, choose: Callable[[Mix], bytes]
) -> Iterator[bytes]:
    """Yield the packets that a listener receives, after a browser's encoder and a room's mixer."""
    encoder, mixer = Encoder(sender), Mixer(music=music)
    mixer.saver = True
    mixer.add("u1", muted=False)
    sound = np.ascontiguousarray(with_channels(played, sender.channels))
    for tick in range(len(sound) // FRAME):
        packet = encoder.encode(sound[tick * FRAME : (tick + 1) * FRAME])
        now = tick * FRAME / RATE
        mixer.push("u1", Packet(tick, tick * FRAME, packet), now)
        yield choose(mixer.tick(now))


def decode(packets: list[bytes]) -> Pcm:
    decoder = Decoder(channels=STEREO)
    return np.concatenate([decoder.decode(packet, FRAME) for packet in packets])


def rate_music(played: Pcm, heard: Pcm) -> float:
    """Return the MOS-LQO of ViSQOL's audio mode, averaged over both channels (at most 4.73)."""
    delay = find_delay(with_channels(played, MONO), with_channels(heard, MONO))
    rater = VisqolApi()
    rater.create(mode="audio")
    scores = []
    for side in range(STEREO):
        reference = played[: len(played) - delay, side].astype(np.float64)
        degraded = heard[delay:, side].astype(np.float64)
        scores.append(rater.measure_from_arrays(reference, degraded, RATE).moslqo)
    return float(np.mean(scores))


def find_delay(played: Pcm, heard: Pcm) -> int:
    """Return the delay in samples at which both sounds are most similar."""
    reach = round(LONGEST_DELAY * RATE)
    window = played[RATE : 2 * RATE]
    return int(np.argmax(np.correlate(heard[RATE : 2 * RATE + reach], window, "valid")))


if __name__ == "__main__":
    main()
