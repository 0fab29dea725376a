"""People who play the recording of `tests.read_aloud` again and again, each from a different place.

`python -m bench.captions.talkers SETUP`, where SETUP is JSON: `path` and `people`.
"""

import asyncio
import itertools
import json
import sys
import time

import numpy as np

from audio.mixing.opus import FRAME, Encoder
from bench.audio.node_client import NodeClient
from tests.audio.webrtc_client import Client
from tests.read_aloud import samples

SECONDS = 42.0  # the known words of the recording
TICK = 0.020  # seconds


def packets() -> list[bytes]:
    encoder = Encoder()
    sound = (samples(SECONDS) / 32768).astype(np.float32)
    whole = len(sound) // FRAME * FRAME
    return [encoder.encode(sound[at : at + FRAME]) for at in range(0, whole, FRAME)]


async def talk(path: str, person: str, read: list[bytes]) -> None:
    node_client, client = await NodeClient.open(path), Client()
    client.accept(await node_client.request("speak", person, person, client.offer()))
    await client.connect()
    print(json.dumps(person), flush=True)
    due = time.monotonic()
    for packet in itertools.cycle(read):
        client.speak(packet)
        client.received.clear()
        due += TICK
        await asyncio.sleep(due - time.monotonic())


async def run(path: str, people: list[str]) -> None:
    read = packets()
    starts = [len(read) * number // len(people) for number in range(len(people))]
    await asyncio.gather(
        *(
            talk(path, person, read[start:] + read[:start])
            for person, start in zip(people, starts, strict=True)
        )
    )


if __name__ == "__main__":
    setup = json.loads(sys.argv[1])
    asyncio.run(run(setup["path"], setup["people"]))
