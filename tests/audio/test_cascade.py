"""One Space on three nodes, which are processes: an origin, and edges that come, stop and die."""

import asyncio
import itertools
import os
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import pytest
from channels.layers import get_channel_layer

from audio.commands import NODES, Reconcile
from audio.events import AudioEvent, PeerGone
from audio.interface import AudioError
from audio.placement import Heartbeat, live_nodes
from audio.remote import RemoteAudio
from config.redis_server import RedisServer
from tests.audio.call import AUDIBLE, INAUDIBLE, in_real_time, loudness, packets_of
from tests.audio.callers import caller
from tests.audio.cascading import write_plan
from tests.audio.ports import free_ports
from tests.audio.test_command import PATIENCE, node
from tests.audio.webrtc_client import Client

pytestmark = pytest.mark.integration

ROOM = "aSpace"
ANA, BEN = "u1", "u2"
PROCESSES = 3
LIMIT = 3.0  # seconds until sound is back; longer on a machine on which nodes start more slowly
START_PATIENCE = 180.0  # seconds
LAST = 10  # packets in which a tone is measured
JOINS = 12  # so many listeners certainly need an edge


async def until(condition: Callable[[], bool], patience: float = PATIENCE) -> None:
    async with asyncio.timeout(patience):
        while not condition():
            await asyncio.sleep(0.02)


@dataclass(eq=False)
class Page:
    """A person in the Space, who connects again whenever their peer is lost."""

    web: RemoteAudio
    person: str
    speaks: bool = False
    client: Client | None = None
    peer: str = ""
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    ended: list[str] = field(default_factory=list)  # reasons

    @property
    def port(self) -> int:
        """Return the port of the node from which the page receives its sound."""
        return self.client._server[1] if self.client else 0

    async def open(self) -> "Page":
        self._unsubscribe = self.web.subscribe(self._notice)
        await self._join()
        return self

    async def close(self) -> None:
        self._unsubscribe()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        if self.client:
            self.client.close()

    def talk(self, hz: int) -> None:
        self.tasks.add(asyncio.create_task(self._talk(hz)))

    def hears(self, hz: int, *, after: int = 0) -> bool:
        """Return True if this tone is in the last packets, not counting the first `after`."""
        client = self.client
        if client is None or len(client.received) < after + 2 * LAST:
            return False
        return loudness(client, hz, last=LAST) > AUDIBLE

    async def _join(self) -> None:
        while True:
            client, peer = Client(), f"{self.person} {time.monotonic_ns()}"
            who = caller(self.person)
            try:
                if self.speaks:
                    answer = await self.web.speak(ROOM, peer, who, client.offer())
                    client.accept(answer)
                else:
                    offer = await self.web.listen(ROOM, peer, who)
                    await self.web.answer(ROOM, peer, client.answer(offer))
                break
            except AudioError:
                client.close()
        self.peer = peer
        await client.connect()
        self.client = client

    def _notice(self, event: AudioEvent) -> None:
        if isinstance(event, PeerGone) and event.peer == self.peer:
            self.ended.append(event.reason)
            if self.client:
                self.client.close()
            self.client = None
            if event.reason == "lost":
                self.tasks.add(asyncio.create_task(self._join()))

    async def _talk(self, hz: int) -> None:
        while True:
            async for packet in in_real_time(packets_of(hz, 50)):
                if self.client:
                    self.client.speak(packet)


class Cascade:
    """The nodes and the pages of a Space in which Ana talks."""

    def __init__(self, redis_server: RedisServer, stack: AsyncExitStack) -> None:
        self.web = RemoteAudio()
        self.ana = Page(self.web, ANA, speaks=True)
        self.pages: list[Page] = []
        self.limit = LIMIT
        self._redis, self._stack = redis_server, stack
        self._numbers = itertools.count(10)
        write_plan(stage=[ANA])

    @property
    def origin(self) -> int:
        """Return the port of the node on which Ana talks."""
        return self.ana.port

    @property
    def edges(self) -> list[int]:
        """Return the ports of the other nodes."""
        return [port for port in beats() if port != self.origin]

    async def start(self, processes: int) -> list[int]:
        """Start nodes, wait until they are alive, and return their ports."""
        first = free_ports(processes)
        ports = list(range(first, first + processes))
        began = time.monotonic()
        arguments = ("--processes", str(processes))
        process = node(self._redis, first, *arguments, settings="tests.audio.cascading")
        self._stack.enter_context(process)
        await until(lambda: beats().keys() >= set(ports), START_PATIENCE)
        self.limit = max(self.limit, time.monotonic() - began)
        return ports

    async def let_ana_talk(self) -> None:
        self.pages.append(await self.ana.open())
        self.ana.talk(600)

    async def join(self, person: str = "", *, speaks: bool = False) -> Page:
        page = Page(self.web, person or f"u{next(self._numbers)}", speaks)
        self.pages.append(page)
        return await page.open()

    async def listener_at(self, *ports: int) -> Page:
        """Let listeners join until one of them is at one of these nodes."""
        for _ in range(JOINS):
            page = await self.join()
            if page.port in ports:
                return page
            # The heartbeats must count this listener before the next one joins.
            await until(lambda: sum(peers().values()) >= len(self.pages))
        raise AssertionError(f"no listener was sent to {ports}: {peers()}")

    async def change_plan(self, **changes: list[str]) -> None:
        write_plan(**changes)
        await get_channel_layer().group_send(NODES, Reconcile(room=ROOM).pack())

    async def close(self) -> None:
        await asyncio.gather(*(page.close() for page in self.pages))
        await self.web.close()


def beats() -> dict[int, Heartbeat]:
    """Return the heartbeats of the nodes by their ports."""
    return {int(beat.node.rpartition("-")[2]): beat for beat in live_nodes()}


def peers() -> dict[int, float]:
    return {port: beat.peers for port, beat in beats().items()}


@pytest.fixture
async def empty_cascade(redis_server: RedisServer) -> AsyncIterator[Cascade]:
    """A Space without a node."""
    async with AsyncExitStack() as stack:
        cascade = Cascade(redis_server, stack)
        stack.push_async_callback(cascade.close)
        yield cascade


@pytest.fixture
async def cascade(empty_cascade: Cascade) -> Cascade:
    """A Space with an origin and two more nodes."""
    await empty_cascade.start(PROCESSES)
    await empty_cascade.let_ana_talk()
    return empty_cascade


async def test_a_space_that_fits_its_node_has_no_edge(cascade: Cascade) -> None:
    page = await cascade.join()
    await until(lambda: page.hears(600))
    await until(lambda: peers()[cascade.origin] == 2)
    assert page.port == cascade.origin
    stats = [beat.stats for beat in beats().values()]
    assert [(each["edges"], each["trunks"]) for each in stats] == [(0, 0)] * PROCESSES


async def test_listeners_beyond_the_limit_of_the_origin_hear_the_stage_from_edges(
    cascade: Cascade,
) -> None:
    pages = [await cascade.listener_at(*cascade.edges) for _ in range(2)]
    for page in pages:
        await until(lambda page=page: page.hears(600))
        assert page.client is not None
        assert loudness(page.client, 1000, last=LAST) < INAUDIBLE


async def test_a_node_that_is_added_while_live_takes_new_listeners(cascade: Cascade) -> None:
    await cascade.listener_at(*cascade.edges)
    (added,) = await cascade.start(1)
    page = await cascade.listener_at(added)
    await until(lambda: page.hears(600))


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
async def test_listeners_of_an_edge_that_ends_hear_again_within_three_seconds(
    cascade: Cascade, how: signal.Signals, report_timing: Callable[[str], None]
) -> None:
    page = await cascade.listener_at(*cascade.edges)
    await until(lambda: page.hears(600))
    before, began = page.client, time.monotonic()
    os.kill(beats()[page.port].pid, how)
    await until(lambda: page.client not in (None, before) and page.hears(600))
    took = time.monotonic() - began
    report_timing(f"sound is back {took:.1f} s after {how.name} of an edge")
    assert took < cascade.limit
    assert page.ended == ["lost"]


async def test_when_the_origin_dies_listeners_at_an_edge_stay_connected_and_hear_again(
    cascade: Cascade, report_timing: Callable[[str], None]
) -> None:
    page = await cascade.listener_at(*cascade.edges)
    await until(lambda: page.hears(600))
    assert page.client is not None
    before, began = page.client, time.monotonic()
    os.kill(beats()[cascade.origin].pid, signal.SIGKILL)
    await until(lambda: cascade.ana.ended == ["lost"])
    await until(lambda: cascade.ana.client is not None)
    received = len(before.received)
    await until(lambda: page.hears(600, after=received))
    took = time.monotonic() - began
    report_timing(f"sound is back at an edge {took:.1f} s after kill -9 of the origin")
    assert (page.client, page.ended) == (before, [])
    assert took < cascade.limit


async def test_a_removed_listener_at_an_edge_is_cut_off_and_the_others_are_not(
    cascade: Cascade,
) -> None:
    removed, stays = [await cascade.listener_at(*cascade.edges) for _ in range(2)]
    await until(lambda: removed.hears(600) and stays.hears(600))
    client = removed.client
    assert client is not None
    await cascade.change_plan(stage=[ANA], removed=[removed.person])
    await until(lambda: removed.ended == ["removed"])
    heard = len(client.received)
    assert stays.client is not None
    await stays.client.receive_packets(LAST)
    assert len(client.received) == heard
    with pytest.raises(AudioError) as refused:
        await cascade.web.listen(ROOM, "again", caller(removed.person))
    assert refused.value.code == "removed"


async def test_a_listener_at_an_edge_who_joins_the_stage_speaks_at_the_origin(
    cascade: Cascade,
) -> None:
    other, listener = [await cascade.listener_at(*cascade.edges) for _ in range(2)]
    await cascade.change_plan(stage=[ANA, listener.person])
    speaker = await cascade.join(listener.person, speaks=True)
    speaker.talk(1000)
    await cascade.web.leave(ROOM, listener.peer)
    await until(lambda: other.hears(600) and other.hears(1000))
    await until(lambda: listener.ended == ["left"])
    assert speaker.port == cascade.origin
    await until(lambda: speaker.hears(600))
    assert speaker.client is not None
    assert loudness(speaker.client, 1000, last=LAST) < INAUDIBLE  # not their own voice


async def test_another_web_process_adopts_a_peer_at_an_edge(cascade: Cascade) -> None:
    page = await cascade.listener_at(*cascade.edges)
    other = RemoteAudio()
    gone: list[AudioEvent] = []
    other.subscribe(gone.append)
    await other.adopt(ROOM, page.peer, caller(page.person))
    with pytest.raises(AudioError) as unknown:
        await other.adopt(ROOM, "nobody's", caller(page.person))
    assert unknown.value.code == "unknown_peer"
    await other.set_quality(ROOM, page.peer, "saver")
    await until(lambda: page.hears(600))
    await other.leave(ROOM, page.peer)
    await until(lambda: gone == [PeerGone(ROOM, page.peer, "left")])
    await other.close()


async def test_a_listener_stays_at_the_origin_if_an_edge_gets_no_packets(
    empty_cascade: Cascade, monkeypatch: pytest.MonkeyPatch
) -> None:
    cascade = empty_cascade
    await cascade.start(1)
    await cascade.let_ana_talk()
    monkeypatch.setenv("AUDIO_INTERNAL_ADDRESS", "127.0.0.2")  # where the other node doesn't listen
    await cascade.start(1)
    await cascade.join()
    await until(lambda: peers()[cascade.origin] == 2)
    page = await cascade.join()
    assert page.port == cascade.origin
    await until(lambda: page.hears(600))
