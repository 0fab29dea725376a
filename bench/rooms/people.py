"""The people of many rooms, in one process: two on the stage of each room, and its listeners.

The process reads one command per line from stdin and prints one line of JSON per command:
`open ROOMS LISTENERS` opens rooms with two people on the stage and this many listeners each,
`talk PEOPLE` sets how many of the two people talk, and `measure SECONDS` counts packets.
"""

import asyncio
import itertools
import json
import sys
import time
from dataclasses import dataclass, field

from bench.audio.listeners import Listener, join
from bench.audio.node import SPEAKERS
from bench.audio.node_client import NodeClient
from bench.audio.speakers import speech

CONCURRENT_ROOMS = 4
PITCH = 110.0  # Hz


@dataclass
class Stage:
    """The people on the stages of all rooms, by their place there."""

    speakers: list[list[Listener]] = field(default_factory=lambda: [[] for _ in SPEAKERS])
    talking: int = 0  # people per room

    async def talk(self) -> None:
        """Send the voices of the people who are talking, forever."""
        voices = [speech(PITCH * (place + 1)) for place in range(len(SPEAKERS))]
        due = time.monotonic()
        for number in itertools.count():
            for voice, speakers in list(zip(voices, self.speakers, strict=True))[: self.talking]:
                for speaker in speakers:
                    speaker.speak(voice[number % len(voice)])
            due += 0.02
            await asyncio.sleep(max(0.0, due - time.monotonic()))


async def open_room(path: str, name: str, listeners: int, stage: Stage) -> list[Listener]:
    node_client = await NodeClient.open(path)
    node_client.room = name
    people = []
    for place, person in enumerate(SPEAKERS):
        speaker = Listener()
        speaker.accept(await node_client.request("speak", person, person, speaker.offer()))
        await speaker.connect()
        stage.speakers[place].append(speaker)
        people.append(speaker)
    for number in range(listeners):
        people.append((await join(node_client, f"listener {number}"))[0])
    node_client.close()
    return people


async def run(path: str) -> None:
    stage, people, rooms = Stage(), list[Listener](), itertools.count()
    talk = asyncio.create_task(stage.talk())
    gate = asyncio.Semaphore(CONCURRENT_ROOMS)

    async def open_in_turn(listeners: int) -> None:
        async with gate:
            people.extend(await open_room(path, f"room {next(rooms)}", listeners, stage))

    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        verb, *numbers = line.split()
        reply = {}
        if verb == "open":
            await asyncio.gather(*(open_in_turn(int(numbers[1])) for _ in range(int(numbers[0]))))
        elif verb == "talk":
            stage.talking = int(numbers[0])
        else:
            for person in people:
                person.reset()
            await asyncio.sleep(float(numbers[0]))
            reply = {
                "packets": sum(person.packets for person in people),
                "lost": sum(person.lost for person in people),
            }
        print(json.dumps(reply), flush=True)
    talk.cancel()


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1]))
