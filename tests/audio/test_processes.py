"""`manage.py audio --processes`: several nodes as processes, one of which is killed or stops."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from dataclasses import dataclass, field

import pytest

from audio.events import AudioEvent, PeerGone
from audio.interface import AudioError
from audio.placement import Heartbeat, live_nodes
from audio.remote import RemoteAudio
from config.redis_server import RedisServer
from tests.audio.call import AUDIBLE, in_real_time, loudness, packets_of
from tests.audio.callers import caller
from tests.audio.ports import free_ports
from tests.audio.test_command import PATIENCE, beats, node, parent_of
from tests.audio.webrtc_client import Client

pytestmark = pytest.mark.integration

PROCESSES = 2
FEW, MANY = 4, 12  # Spaces
LIMIT = 3.0  # seconds until sound is back
ENOUGH = 10  # packets in which a tone can be measured


@pytest.fixture
def parent(redis_server: RedisServer) -> Iterator[int]:
    """The pid of the parent of the nodes."""
    arguments = ("--processes", str(PROCESSES))
    port = free_ports(PROCESSES)
    with node(redis_server, port, *arguments, settings="tests.audio.always_live") as process:
        beats(PROCESSES)
        yield process.pid


@pytest.fixture
async def web(parent: int) -> AsyncIterator[RemoteAudio]:
    web = RemoteAudio()
    yield web
    await web.close()


@dataclass(eq=False)
class Call:
    """Ana talks in a Space and Eve listens. Both connect again whenever their peer is lost."""

    web: RemoteAudio
    room: str
    clients: dict[str, Client] = field(default_factory=dict)  # by person
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def open(self) -> None:
        self._unsubscribe = self.web.subscribe(self._notice)
        for person in ("u1", "u2"):
            await self._join(person)
        self.tasks.add(asyncio.create_task(self._talk()))

    async def close(self) -> None:
        self._unsubscribe()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        for client in self.clients.values():
            client.close()

    async def wait_until_heard_by_a_listener_not_in(self, listeners: Collection[Client]) -> None:
        """Wait until Eve hears Ana over a connection other than these."""

        def hears() -> bool:
            eve = self.clients.get("u2")
            if eve is None or eve in listeners or len(eve.received) < ENOUGH:
                return False
            return loudness(eve, 600, last=ENOUGH) > AUDIBLE

        await until(hears)

    def _notice(self, event: AudioEvent) -> None:
        if isinstance(event, PeerGone) and event.room == self.room:
            task = asyncio.create_task(self._join(event.peer.split()[0]))
            self.tasks.add(task)

    async def _join(self, person: str) -> None:
        before = self.clients.pop(person, None)
        if before is not None:
            before.close()
        name = f"{person} {time.monotonic_ns()}"
        while True:
            client = Client()
            try:
                if person == "u1":
                    offer = client.offer()
                    client.accept(await self.web.speak(self.room, name, caller(person), offer))
                else:
                    offer = await self.web.listen(self.room, name, caller(person))
                    await self.web.answer(self.room, name, client.answer(offer))
                break
            except AudioError:
                client.close()
        await client.connect()
        self.clients[person] = client

    async def _talk(self) -> None:
        while True:
            async for packet in in_real_time(packets_of(600, 50)):
                if ana := self.clients.get("u1"):
                    ana.speak(packet)


@pytest.fixture
async def calls(web: RemoteAudio) -> AsyncIterator[list[Call]]:
    """Calls in so many Spaces that each node has some of them, whatever its load is."""
    calls: list[Call] = []
    while len(calls) < FEW or (0 in rooms().values() and len(calls) < MANY):
        calls.append(Call(web, f"Space {len(calls)}"))
        await calls[-1].open()
        await calls[-1].wait_until_heard_by_a_listener_not_in(())
    await until(lambda: sum(rooms().values()) == len(calls))
    assert 0 not in rooms().values()
    yield calls
    await asyncio.gather(*(call.close() for call in calls))


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.02)


async def replaced(calls: list[Call], listeners: list[Client], number: float) -> list[Call]:
    """Wait until this number of calls have a new listener, not in `listeners`; return them."""

    def with_another_listener() -> list[Call]:
        return [call for call in calls if call.clients.get("u2") not in (None, *listeners)]

    await until(lambda: len(with_another_listener()) == number)
    return with_another_listener()


def nodes() -> dict[int, Heartbeat]:
    return {beat.pid: beat for beat in live_nodes()}


def rooms() -> dict[int, float]:
    """Return the number of Spaces on each node, by its pid."""
    return {pid: beat.stats["rooms"] for pid, beat in nodes().items()}


async def test_sound_is_back_within_three_seconds_of_the_death_of_its_process(
    parent: int, calls: list[Call], report_timing: Callable[[str], None]
) -> None:
    victim, survivor = nodes()
    lost = rooms()[victim]
    listeners = [call.clients["u2"] for call in calls]
    os.kill(victim, signal.SIGKILL)
    killed = time.monotonic()
    affected = await replaced(calls, listeners, lost)
    await asyncio.gather(
        *(call.wait_until_heard_by_a_listener_not_in(listeners) for call in affected)
    )
    took = time.monotonic() - killed
    report_timing(f"sound is back {took:.1f} s after kill -9 of one of two nodes")
    assert took < LIMIT
    assert survivor in nodes()
    assert {parent_of(pid) for pid in nodes()} == {parent}


async def test_spaces_move_to_another_process_when_theirs_stops(
    parent: int, calls: list[Call]
) -> None:
    stops, stays = nodes()
    moving, staying = rooms()[stops], rooms()[stays]
    instance = nodes()[stays].instance
    listeners = [call.clients["u2"] for call in calls]
    os.kill(stops, signal.SIGTERM)
    await until(lambda: rooms().get(stays, 0) > staying)
    moved = await replaced(calls, listeners, moving)
    await asyncio.gather(*(call.wait_until_heard_by_a_listener_not_in(listeners) for call in moved))
    assert nodes()[stays].instance == instance
    await until(lambda: len(nodes()) == PROCESSES)  # the parent has replaced the one that stopped
