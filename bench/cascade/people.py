"""The people of bench.cascade: a speaker, and listeners at the origin and at the edge."""

import asyncio
import itertools
import statistics
import time
from collections import defaultdict

from audio.placement import live_nodes
from audio.remote import RemoteAudio
from bench.audio.listeners import Listener
from bench.audio.speakers import speech
from tests.audio.callers import caller
from tests.audio.webrtc_client import Client


class TimedListener(Listener):
    """Also notes when each packet arrived, by its RTP timestamp, which is not encrypted."""

    def __init__(self) -> None:
        super().__init__()
        self.arrivals: dict[int, float] = {}

    @property
    def port(self) -> int:
        """Return the port of the node that sends to this listener."""
        return self._server[1]

    def reset(self) -> None:
        super().reset()
        self.arrivals.clear()

    def _count(self, number: int, arrived: float, timestamp: int) -> None:
        super()._count(number, arrived, timestamp)
        self.arrivals[timestamp] = arrived


class Crowd:
    """Everyone in the room. The node of the speaker is the origin, the other one the edge."""

    def __init__(self, room: str) -> None:
        self._room, self._web = room, RemoteAudio()
        self._speaker = Client()
        self._listeners: list[TimedListener] = []
        self._numbers = itertools.count(10)
        self._talking: asyncio.Task[None] | None = None

    @property
    def lost(self) -> int:
        return sum(listener.lost for listener in self._listeners)

    @property
    def packets(self) -> int:
        return sum(listener.packets for listener in self._listeners)

    def at(self, where: str) -> list[TimedListener]:
        """Return the listeners at the "origin" or at the "edge"."""
        here = where == "origin"
        return [each for each in self._listeners if (each.port == self._origin) == here]

    def pid_of(self, where: str) -> int:
        pids = {
            beat.node.rpartition("-")[2] == str(self._origin): beat.pid for beat in live_nodes()
        }
        return pids[where == "origin"]

    async def let_talk(self, person: str) -> None:
        offer = self._speaker.offer()
        self._speaker.accept(await self._web.speak(self._room, person, caller(person), offer))
        await self._speaker.connect()
        self._talking = asyncio.create_task(self._talk())

    async def join(self, count: int, *, at_once: int) -> None:
        gate = asyncio.Semaphore(at_once)

        async def join_in_turn(name: str) -> None:
            async with gate:
                listener = TimedListener()
                offer = await self._web.listen(self._room, name, caller(name))
                await self._web.answer(self._room, name, listener.answer(offer))
                await listener.connect()
                await listener.until(lambda: listener.packets > 0)
                self._listeners.append(listener)

        await asyncio.gather(*(join_in_turn(f"u{next(self._numbers)}") for _ in range(count)))

    def reset(self) -> None:
        for listener in self._listeners:
            listener.reset()

    def delays(self) -> list[float]:
        """Return for each packet how many seconds later it arrived at the edge's listeners than at
        those of the origin, on average."""
        origin, edge = (_arrivals(self.at(where)) for where in ("origin", "edge"))
        return [edge[timestamp] - origin[timestamp] for timestamp in edge.keys() & origin.keys()]

    async def close(self) -> None:
        if self._talking:
            self._talking.cancel()
        for client in (self._speaker, *self._listeners):
            client.close()
        await self._web.close()

    @property
    def _origin(self) -> int:
        return self._speaker._server[1]

    async def _talk(self) -> None:
        due = time.monotonic()
        for packet in itertools.cycle(speech(110.0)):
            self._speaker.speak(packet)
            self._speaker.received.clear()
            due += 0.02
            await asyncio.sleep(due - time.monotonic())


def _arrivals(listeners: list[TimedListener]) -> dict[int, float]:
    """Return the mean arrival of each packet, by its timestamp."""
    arrivals: dict[int, list[float]] = defaultdict(list)
    for listener in listeners:
        for timestamp, arrived in listener.arrivals.items():
            arrivals[timestamp].append(arrived)
    return {timestamp: statistics.fmean(times) for timestamp, times in arrivals.items()}
