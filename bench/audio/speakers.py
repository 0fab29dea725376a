"""Two speakers who talk all the time, with synthetic voices."""

import asyncio
import itertools
import json
import sys
import time

import numpy as np

from audio.mixing.opus import FRAME, RATE, Encoder
from bench.audio.node import SPEAKERS
from bench.audio.node_client import NodeClient
from tests.audio.webrtc_client import Client

SECONDS = 6  # length of the voice, which is repeated


def speech(pitch: float) -> list[bytes]:
    """Return encoded harmonics with the rhythm of syllables, as costly to encode as a voice."""
    at = np.arange(SECONDS * RATE) / RATE
    glide = 2 * np.pi * np.cumsum(pitch * (1 + 0.1 * np.sin(2 * np.pi * 0.7 * at))) / RATE
    voice = sum(np.sin(k * glide) / k for k in range(1, 20))
    breath = np.random.default_rng(int(pitch)).normal(0, 0.05, len(at))
    envelope = 0.6 + 0.4 * np.sin(2 * np.pi * 4 * at)
    pcm = (0.15 * envelope * (voice + breath)).astype(np.float32)
    encoder = Encoder()
    return [encoder.encode(pcm[i : i + FRAME]) for i in range(0, len(pcm), FRAME)]


async def talk(path: str, person: str, pitch: float) -> None:
    packets = speech(pitch)
    node_client, client = await NodeClient.open(path), Client()
    client.accept(await node_client.request("speak", person, person, client.offer()))
    await client.connect()
    print(json.dumps(person), flush=True)
    due = time.monotonic()
    for packet in itertools.cycle(packets):
        client.speak(packet)
        client.received.clear()
        due += 0.02
        await asyncio.sleep(due - time.monotonic())


async def run(path: str) -> None:
    await asyncio.gather(
        *(talk(path, person, 110.0 * (i + 1)) for i, person in enumerate(SPEAKERS))
    )


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1]))
