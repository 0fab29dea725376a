"""Placement: which audio node has which Space. It is stored only in Redis, where nodes renew it.

A node is alive while its heartbeat has not expired. A Space's home is its node, which was the
least loaded node when its first peer connected. When that node is dead or has stopped, the Space
gets another home as soon as the next peer connects.

Nodes measure their load, but only once a second. So the Spaces that were placed on a node since its
last heartbeat are counted, and each is expected to add `EXPECTED_LOAD`.
"""

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field

import redis.asyncio

from audio.interface import AudioError
from core import redis_clients, shared_clock

HEARTBEAT_EVERY = 1.0  # seconds
HEARTBEAT_TTL = 4.0  # seconds without a heartbeat after which a node counts as dead
HOME_TTL = 600  # seconds; the node renews its claim while the room is open

EXPECTED_LOAD = 0.03  # of a core: what a Space with a conversation may add to a node's load
SAME_LOAD = 0.05  # of a core; smaller differences are chance, and the number of peers decides

_NODES = "spaces:audio:nodes"
_PLACED = "spaces:audio:placed"  # node -> number of Spaces placed there since its last heartbeat

# Assign a home to a room unless another process was faster. KEYS: the room, the numbers of placed
# Spaces. ARGV: the dead home that was read ("" for none), the new home, its lifetime in seconds.
# Returns the home.
_ASSIGN = """
local home = redis.call('GET', KEYS[1])
if home and home ~= ARGV[1] then return home end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
redis.call('HINCRBY', KEYS[2], ARGV[2], 1)
return ARGV[2]
"""
# Delete a room's home if it is still this node.
_RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"


@dataclass(frozen=True)
class Heartbeat:
    """The data that a node publishes about itself once per second."""

    node: str
    instance: str  # a new one for each process, since a restart loses all peers
    pid: int
    scheduling: str  # the policy that the kernel granted: "rr" is realtime, "other" is not
    stats: dict[str, float] = field(default_factory=dict)  # see Audio.stats
    clock: float = 0.0  # seconds by which the node's clock is ahead of Redis's clock
    codec: str = ""  # the libopus in use and its complexity
    load: float = 0.0  # the share of a core that the node has used recently

    @property
    def peers(self) -> float:
        return self.stats.get("peers", 0.0)


class Placement:
    def __init__(self, client: "redis.asyncio.Redis | None" = None) -> None:
        self._redis = client or redis_clients.connect_async()
        self._assign = self._redis.register_script(_ASSIGN)
        self._release = self._redis.register_script(_RELEASE)

    async def send_heartbeat(self, heartbeat: Heartbeat) -> None:
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.set(
                _heartbeat_key(heartbeat.node),
                json.dumps(asdict(heartbeat)),
                px=int(HEARTBEAT_TTL * 1000),
            )
            pipe.sadd(_NODES, heartbeat.node)
            pipe.hdel(_PLACED, heartbeat.node)
            await pipe.execute()

    async def clock(self) -> float:
        """Return by how many seconds this process's clock is ahead of Redis's clock."""
        return time.time() - shared_clock.seconds(await self._redis.time())

    async def deregister(self, node: str) -> None:
        """Remove a node that is stopping, so that no more peers are sent to it."""
        await self._redis.delete(_heartbeat_key(node))
        await self._redis.srem(_NODES, node)

    async def nodes(self) -> list[Heartbeat]:
        """Return the latest heartbeats of all nodes that are alive."""
        names = sorted(map(str, await self._redis.smembers(_NODES)))
        heartbeats = (
            await self._redis.mget([_heartbeat_key(name) for name in names]) if names else []
        )
        return _parse(heartbeats)

    async def is_complete(self) -> bool:
        """Return True if Redis has run long enough for every live node to have sent a heartbeat."""
        server = await self._redis.info("server")
        return float(server["uptime_in_seconds"]) > HEARTBEAT_TTL

    async def place(self, room: str) -> str:
        """Return the room's home; if there is none or it is dead, assign the least loaded node.

        Raises AudioError("no_node") when no node is alive.
        """
        home = await self._redis.get(_home_key(room))
        if home and await self.is_alive(str(home)):
            return str(home)
        nodes = await self.nodes()
        if not nodes:
            raise AudioError("no_node", "no audio node is running")
        placed = await self._redis.hgetall(_PLACED)
        best = least_loaded(nodes, {str(node): int(count) for node, count in placed.items()})
        return str(
            await self._assign(keys=[_home_key(room), _PLACED], args=[home or "", best, HOME_TTL])
        )

    async def home_of(self, room: str) -> str:
        """Return the room's home. Raises AudioError("no_node") if it has none that is alive."""
        home = await self._redis.get(_home_key(room))
        if not home or not await self.is_alive(str(home)):
            raise AudioError("no_node", "the Space is on no audio node")
        return str(home)

    async def is_alive(self, node: str) -> bool:
        return bool(await self._redis.exists(_heartbeat_key(node)))

    async def claim(self, node: str, rooms: Iterable[str]) -> list[str]:
        """Renew the node's claim on these rooms and claim those that have no home; return the rooms
        whose home is another node."""
        claimed = list(rooms)
        async with self._redis.pipeline(transaction=False) as pipe:
            for room in claimed:
                pipe.set(_home_key(room), node, nx=True)
                pipe.expire(_home_key(room), HOME_TTL)
                pipe.get(_home_key(room))
            homes = (await pipe.execute())[2::3]
        return [room for room, home in zip(claimed, homes, strict=True) if home != node]

    async def release(self, node: str, room: str) -> None:
        """Give up the node's claim on a room that is closed."""
        await self._release(keys=[_home_key(room)], args=[node])

    async def close(self) -> None:
        await self._redis.aclose()


def least_loaded(nodes: Iterable[Heartbeat], placed: Mapping[str, int]) -> str:
    """Return the name of the node for the next Space; `placed` counts the Spaces that were placed
    on each node since its heartbeat."""

    def burden(node: Heartbeat) -> tuple[int, float, str]:
        expected = node.load + EXPECTED_LOAD * placed.get(node.node, 0)
        return round(expected / SAME_LOAD), placed.get(node.node, 0) + node.peers, node.node

    return min(nodes, key=burden).node


def live_nodes() -> list[Heartbeat]:
    """Return the heartbeats of live nodes, for synchronous callers such as health checks.

    Raises redis.RedisError if Redis is unavailable.
    """
    with redis_clients.connect() as client:
        names = sorted(map(str, client.smembers(_NODES)))
        return _parse(client.mget([_heartbeat_key(name) for name in names]) if names else [])


def _parse(heartbeats: Iterable[bytes | str | None]) -> list[Heartbeat]:
    return [Heartbeat(**json.loads(heartbeat)) for heartbeat in heartbeats if heartbeat]


def _heartbeat_key(node: str) -> str:
    return f"spaces:audio:node:{node}"


def _home_key(room: str) -> str:
    return f"spaces:audio:home:{room}"
