"""Settings of node processes in tests of the cascade: a node is busy as soon as it has two peers,
and plans come from Redis, where the test writes them."""

import json
from collections.abc import Iterable

from audio.caller import Caller
from audio.plan import RoomPlan
from config.settings import *  # noqa: F403
from core import redis_clients
from tests.audio.always_live import AlwaysLive

AUDIO_APPLICATION = "tests.audio.cascading.WrittenPlans"
AUDIO_PEERS_PER_NODE = 2
KEY = "tests:plan"


class WrittenPlans(AlwaysLive):
    """Implements `audio.application.Application`."""

    async def plan_of(self, room: str, callers: Iterable[Caller] = ()) -> RoomPlan:
        async with redis_clients.connect_async() as client:
            written = json.loads(await client.get(KEY))
        return RoomPlan(
            room,
            live=written["live"],
            stage=dict.fromkeys(written["stage"], False),
            removed=frozenset(written["removed"]),
        )


def write_plan(*, stage: Iterable[str], removed: Iterable[str] = (), live: bool = True) -> None:
    with redis_clients.connect() as client:
        plan = {"stage": list(stage), "removed": list(removed), "live": live}
        client.set(KEY, json.dumps(plan))
