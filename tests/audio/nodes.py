"""Audio nodes in this process: a real Node around a silent engine."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from audio.caller import Caller
from audio.memory import MemoryAudio
from audio.node import Node
from audio.plan import RoomPlan

PATIENCE = 15  # seconds; generous, as the machine is shared


class Plans:
    """Stands in for the database, from which a node reads its plans."""

    def __init__(self) -> None:
        self.live = {"aSpace": RoomPlan("aSpace", live=True, stage={"u1": False})}
        self.reads = 0

    async def plan_of(self, room: str, _callers: object) -> RoomPlan:
        self.reads += 1
        return self.live.get(room, RoomPlan(room))


class SilentEngine(MemoryAudio):
    """The in-memory implementation, with the start and stop of an engine that is never an edge."""

    scheduling = "other"
    codec = "none"
    edges = ()

    def close_edge(self, room: str) -> None: ...

    def may_listen_elsewhere(self, room: str, peer: str, caller: Caller) -> bool:
        return False

    def edge_nodes(self, room: str) -> tuple[str, ...]:
        return ()

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


@asynccontextmanager
async def node_named(name: str, plans: Plans) -> AsyncIterator[tuple[Node, SilentEngine]]:
    engine = SilentEngine(plans.plan_of)
    node = Node(engine, name=name)
    stop = asyncio.Event()
    running = asyncio.create_task(node.run(stop))
    async with asyncio.timeout(PATIENCE):
        await node.serving.wait()
    yield node, engine
    stop.set()
    await running


@asynccontextmanager
async def node_killed_at_exit(name: str, plans: Plans) -> AsyncIterator[Node]:
    """A node that ends without releasing its rooms, as if it were killed."""
    node = Node(SilentEngine(plans.plan_of), name=name)
    running = asyncio.create_task(node.run(asyncio.Event()))
    async with asyncio.timeout(PATIENCE):
        await node.serving.wait()
    node._deregister = lambda: asyncio.sleep(0)  # type: ignore[method-assign]
    yield node
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await node._placement.close()


async def eventually(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not happened():
            await asyncio.sleep(0.02)
