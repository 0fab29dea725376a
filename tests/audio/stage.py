"""An engine with one room, "r", whose plan a test can change."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from audio.engine import Engine
from audio.events import AudioEvent, PeerGone
from audio.plan import RoomPlan
from tests.audio.callers import caller
from tests.audio.webrtc_client import Client


class Stage:
    """The room's plan, its engine, and the events that the engine emitted."""

    def __init__(self, **settings: object) -> None:
        self.plan = RoomPlan("r", live=True, stage={"ana": False, "ben": False})
        self.events: list[AudioEvent] = []
        settings = {"host": "127.0.0.1", "port": 0, **settings}
        self.engine = Engine(plan_of=self._plan_of, **settings)
        self.engine.subscribe(self.events.append)
        self._clients: list[Client] = []

    @property
    def ended_peers(self) -> list[tuple[str, str]]:
        """The peers that ended, each with its reason."""
        return [(event.peer, event.reason) for event in self.events if isinstance(event, PeerGone)]

    async def change(self, **facts: object) -> None:
        self.plan = RoomPlan("r", **{"live": True, "stage": self.plan.stage, **facts})
        await self.engine.reconcile("r")

    async def listener(
        self, person: str, peer: str = "", *, room: str = "r", **settings: object
    ) -> Client:
        client = self._client(settings)
        offer = await self.engine.listen(room, peer or person, caller(person))
        await self.engine.answer(room, peer or person, client.answer(offer))
        await client.connect()
        return client

    async def speaker(self, person: str, peer: str = "", **settings: object) -> Client:
        client = self._client(settings)
        client.accept(await self.engine.speak("r", peer or person, caller(person), client.offer()))
        await client.connect()
        return client

    def client(self, **settings: object) -> Client:
        return self._client(settings)

    def close(self) -> None:
        for client in self._clients:
            client.close()

    def _client(self, settings: dict) -> Client:
        client = Client(**settings)
        self._clients.append(client)
        return client

    async def _plan_of(self, room: str, _callers: object) -> RoomPlan:
        return replace(self.plan, room=room)


@asynccontextmanager
async def open_stage(**settings: object) -> AsyncIterator[Stage]:
    stage = Stage(**settings)
    await stage.engine.start()
    try:
        yield stage
    finally:
        stage.close()
        await stage.engine.stop()
