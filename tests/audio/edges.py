"""An origin and an edge of one room, both as engines in this process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from audio.edge import Edge
from audio.engine import Engine
from audio.events import AudioEvent, EdgeOpened, PeerGone
from audio.quality import FULL
from audio.trunk_request import TrunkRequest
from tests.audio.call import talk
from tests.audio.callers import caller
from tests.audio.stage import Stage, open_stage
from tests.audio.webrtc_client import Client


class EdgeNode:
    """An engine that is an edge of the room "r". It requests its trunks like a node, but without
    Redis."""

    def __init__(self, origin: Engine, stage: Stage) -> None:
        self.origin = origin
        self.engine = Engine(plan_of=stage._plan_of, host="127.0.0.1", port=0)
        self.engine.subscribe(self._notice)
        self.events: list[AudioEvent] = []
        self._clients: list[Client] = []
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def edge(self) -> Edge:
        edge = self.engine.get_edge("r")
        assert edge is not None
        return edge

    @property
    def ended_peers(self) -> list[tuple[str, str]]:
        return [(event.peer, event.reason) for event in self.events if isinstance(event, PeerGone)]

    async def listener(self, person: str) -> Client:
        client = Client()
        self._clients.append(client)
        offer = await self.engine.listen_at_edge("r", person, caller(person))
        await self.engine.answer("r", person, client.answer(offer))
        await client.connect()
        return client

    async def request_trunks(self, *, loss: float = 0.0) -> None:
        address, port = self.engine.address
        for quality, (trunk, ssrc) in self.edge.wanted.items():
            request = TrunkRequest("edge", address, port, ssrc, quality, loss)
            salt = await self.origin.open_trunk("r", trunk, **request.pack())
            self.edge.accept_trunk(trunk, salt)

    async def close(self) -> None:
        for client in self._clients:
            client.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.engine.stop()

    def _notice(self, event: AudioEvent) -> None:
        self.events.append(event)
        if isinstance(event, EdgeOpened):
            self._tasks.add(asyncio.create_task(self._keep_trunks(self.edge)))

    async def _keep_trunks(self, edge: Edge) -> None:
        while True:
            edge.stream_changed.clear()
            await self.request_trunks()
            await edge.stream_changed.wait()


@asynccontextmanager
async def open_edge(**settings: object) -> AsyncIterator[tuple[Stage, EdgeNode]]:
    async with open_stage(**settings) as stage:
        node = EdgeNode(stage.engine, stage)
        await node.engine.start()
        try:
            yield stage, node
        finally:
            await node.close()


@asynccontextmanager
async def talking(client: Client, hz: int) -> AsyncIterator[None]:
    """Let a person send a tone during the block."""

    async def talk_on() -> None:
        while True:
            await talk(client, hz, 50)

    task = asyncio.create_task(talk_on())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def trunks_of(engine: Engine, quality: str = FULL) -> list[str]:
    """Return the names of the trunks of this quality that the origin sends."""
    origin = engine._rooms.get_origin("r")
    assert origin is not None
    trunks = origin.trunks._trunks.items()
    return [name for name, trunk in trunks if trunk.request.quality == quality]
