"""Read clean speech of real people from Debian packages; it is not part of this repository."""

import wave
from pathlib import Path

import numpy as np
from scipy.signal import resample_poly

from audio.mixing.opus import RATE, Pcm

LIBRIVOX = Path("/usr/share/pocketsphinx/test/data/librivox")  # a public-domain reading, 16 kHz
WORDS = Path("/usr/share/sounds/alsa")  # the spoken names of loudspeakers, 48 kHz
PACKAGES = "pocketsphinx-testdata alsa-utils"
SEGMENT = 8.0  # seconds per passage, a length for which PESQ is designed
LEVEL = -26.0  # dBFS (RMS) as in ITU-T P.830


def read_speech() -> list[Pcm]:
    """Return passages of about 8 s at 48 kHz, each with a pause at both ends."""
    book = [_read(path) for path in sorted(LIBRIVOX.glob("*.wav"))]
    words = [_read(path) for path in sorted(WORDS.glob("*.wav")) if path.stem != "Noise"]
    if not book or not words:
        raise SystemExit(f"The recordings are missing. Install (Debian: apt install {PACKAGES}).")
    return [*_join(book), *_join(words)]


def _join(pieces: list[Pcm]) -> list[Pcm]:
    """Join complete pieces into passages that are long enough."""
    passages: list[Pcm] = []
    waiting: list[Pcm] = []
    for piece in pieces:
        waiting.append(piece)
        if sum(map(len, waiting)) >= 0.75 * SEGMENT * RATE:
            passages.append(_level(np.concatenate(waiting)))
            waiting = []
    return passages


def _level(sound: Pcm) -> Pcm:
    rms = float(np.sqrt(np.mean(sound * sound)))
    return (sound * (10 ** (LEVEL / 20) / rms)).astype(np.float32)


def _read(path: Path) -> Pcm:
    with wave.open(str(path)) as file:
        if file.getsampwidth() != 2 or file.getnchannels() != 1:
            raise SystemExit(f"{path} is not mono with 16 bits")
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        rate = file.getframerate()
    sound: Pcm = resample_poly(samples.astype(np.float32) / 32_768, RATE, rate).astype(np.float32)
    return sound
