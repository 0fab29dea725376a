"""People who play a sound to the engine in real time, again and again."""

import asyncio
import itertools
import json
import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from audio.mixing.opus import FRAME, Encoder
from bench.audio.node_client import NodeClient
from tests.audio.webrtc_client import Client

TICK = 0.020  # seconds


def encode(sound: NDArray[np.float32]) -> list[bytes]:
    """Return one packet for each whole 20 ms."""
    encoder = Encoder()
    whole = len(sound) // FRAME * FRAME
    return [encoder.encode(sound[at : at + FRAME]) for at in range(0, whole, FRAME)]


async def play(client: Client, packets: Sequence[bytes]) -> None:
    """Play the packets again and again, until cancelled."""
    due = time.monotonic()
    for packet in itertools.cycle(packets):
        client.speak(packet)
        client.received.clear()
        due += TICK
        await asyncio.sleep(due - time.monotonic())


async def talk(path: str, person: str, packets: Sequence[bytes]) -> None:
    """Connect to the node at the socket `path`, print the person as JSON, and play the packets."""
    node_client, client = await NodeClient.open(path), Client()
    client.accept(await node_client.request("speak", person, person, client.offer()))
    await client.connect()
    print(json.dumps(person), flush=True)
    await play(client, packets)
