"""Two speakers who talk all the time, with synthetic voices."""

import asyncio
import sys

import numpy as np

from audio.mixing.opus import RATE
from bench.audio.node import SPEAKERS
from bench.audio.talking import encode, talk

SECONDS = 6  # length of the voice, which is repeated


def speech(pitch: float) -> list[bytes]:
    """Return encoded harmonics with the rhythm of syllables, as costly to encode as a voice."""
    at = np.arange(SECONDS * RATE) / RATE
    glide = 2 * np.pi * np.cumsum(pitch * (1 + 0.1 * np.sin(2 * np.pi * 0.7 * at))) / RATE
    voice = sum(np.sin(k * glide) / k for k in range(1, 20))
    breath = np.random.default_rng(int(pitch)).normal(0, 0.05, len(at))
    envelope = 0.6 + 0.4 * np.sin(2 * np.pi * 4 * at)
    return encode((0.15 * envelope * (voice + breath)).astype(np.float32))


async def run(path: str) -> None:
    await asyncio.gather(
        *(talk(path, person, speech(110.0 * (i + 1))) for i, person in enumerate(SPEAKERS))
    )


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1]))
