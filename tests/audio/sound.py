"""Sound to test with, and ways to look at it. Mono float32 in [-1, 1] at 48 kHz."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from spaces.audio.mixing.opus import (
    FRAME,
    RATE,
    Decoder,
    Encoder,
    EncoderSettings,
    Pcm,
    samples_in,
)

TICK = 0.020  # seconds that a packet lasts


@dataclass(frozen=True)
class Packet:
    timestamp: int
    payload: bytes
    ssrc: int = 1


def sine(hz: float, *, seconds: float = 2.0, level: float = -20.0) -> Pcm:
    """A tone of this level in dBFS (RMS)."""
    t = np.arange(round(seconds * RATE)) / RATE
    return (np.sqrt(2) * 10 ** (level / 20) * np.sin(2 * np.pi * hz * t)).astype(np.float32)


def noise(*, seconds: float = 2.0, level: float = -50.0) -> Pcm:
    samples = np.random.default_rng(7).standard_normal(round(seconds * RATE))
    return (10 ** (level / 20) * samples).astype(np.float32)


def silence(seconds: float = 2.0) -> Pcm:
    return np.zeros(round(seconds * RATE), np.float32)


def frames(sound: Pcm) -> list[Pcm]:
    return [sound[at : at + FRAME] for at in range(0, len(sound) - FRAME + 1, FRAME)]


def encode(sound: Pcm, *, loss: float = 0.05) -> list[bytes]:
    encoder = Encoder(EncoderSettings(bitrate=32_000, loss=loss))
    return [encoder.encode(frame) for frame in frames(sound)]


def decode(packets: Iterable[bytes]) -> Pcm:
    decoder = Decoder()
    return np.concatenate([decoder.decode(packet, samples_in(packet)) for packet in packets])


def strength(sound: Pcm, hz: int) -> float:
    """The level in dBFS of this frequency within the last second."""
    last = sound[-RATE:]
    spectrum = np.abs(np.fft.rfft(last * np.hanning(len(last)))) / (len(last) / 2)
    peak = float(spectrum[hz - 3 : hz + 4].max())  # a Hann window halves the amplitude
    return 20 * np.log10(peak * 2 / np.sqrt(2) + 1e-12)


TONE = encode(sine(600, seconds=1.0))


def packet(number: int) -> bytes:
    """One of a tone that goes on for ever."""
    return TONE[number % len(TONE)]
