"""Tones for fake microphones."""

import math
import struct
import wave
from pathlib import Path

RATE = 48_000


def write_tone(path: Path, *, hz: int, seconds: int = 10, amplitude: float = 0.3) -> Path:
    """Write a mono WAV file, which loops without a click if `hz` is a whole number."""
    samples = (
        round(32767 * amplitude * math.sin(2 * math.pi * hz * i / RATE))
        for i in range(seconds * RATE)
    )
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return path
