"""Which audio node a Space lives on. Redis alone knows; what is lost there is claimed again.

A node is alive while its beat is; a Space's home is the node that was the least loaded when the
first peer asked. A Space whose home is dead gets another one when the next peer asks.
"""

import json
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

import redis
import redis.asyncio
from django.conf import settings

from audio.interface import AudioError
from core import shared_clock

BEAT_EVERY = 1.0  # seconds
BEAT_TTL = 4.0  # seconds: a node that was silent for longer is dead
CONNECTIONS = 16  # to Redis, at most
TIMEOUT = 1.0  # seconds that a health check waits for Redis
HOME_TTL = 600  # seconds; the node renews it while the room is open

_NODES = "spaces:audio:nodes"

# Give a room a home unless someone was faster. KEYS: the room. ARGV: the dead home that we saw
# ("" for none), the new home, the seconds it lasts. Returns the home.
_SETTLE = """
local home = redis.call('GET', KEYS[1])
if home and home ~= ARGV[1] then return home end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return ARGV[2]
"""
# Take a room's home away, if it is still ours.
_RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"


@dataclass(frozen=True)
class Beat:
    """What a node tells of itself once a second."""

    node: str
    instance: str  # new with every process: the same node, restarted, has forgotten its peers
    pid: int
    scheduling: str  # what the system granted: "rr" is realtime, "other" is not
    stats: dict[str, float] = field(default_factory=dict)  # see Audio.stats
    clock: float = 0.0  # seconds that its clock is ahead of that of Redis
    codec: str = ""  # which libopus it uses, and how

    @property
    def load(self) -> float:
        return self.stats.get("peers", 0.0)


class Placement:
    def __init__(self, client: "redis.asyncio.Redis | None" = None) -> None:
        self._redis = client or _connect()
        self._settle = self._redis.register_script(_SETTLE)
        self._release = self._redis.register_script(_RELEASE)

    async def beat(self, beat: Beat) -> None:
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.set(_beat_key(beat.node), json.dumps(asdict(beat)), px=int(BEAT_TTL * 1000))
            pipe.sadd(_NODES, beat.node)
            await pipe.execute()

    async def clock(self) -> float:
        """Seconds that the clock of this process is ahead of that of Redis."""
        return time.time() - shared_clock.seconds(await self._redis.time())

    async def retire(self, node: str) -> None:
        """The node is going: nobody shall be sent there."""
        await self._redis.delete(_beat_key(node))
        await self._redis.srem(_NODES, node)

    async def nodes(self) -> list[Beat]:
        """The living ones."""
        names = sorted(map(str, await self._redis.smembers(_NODES)))
        beats = await self._redis.mget([_beat_key(name) for name in names]) if names else []
        return _parse(beats)

    async def is_complete(self) -> bool:
        """Whether every living node has had the time to beat since Redis started."""
        server = await self._redis.info("server")
        return float(server["uptime_in_seconds"]) > BEAT_TTL

    async def place(self, room: str) -> str:
        """The living node that the room lives on; the least loaded one if it had none.

        Raises AudioError("no_node") when no node is alive.
        """
        home = await self._redis.get(_home_key(room))
        if home and await self._redis.exists(_beat_key(str(home))):
            return str(home)
        nodes = await self.nodes()
        if not nodes:
            raise AudioError("no_node", "no audio node is running")
        best = min(nodes, key=lambda beat: (beat.load, beat.node)).node
        return str(await self._settle(keys=[_home_key(room)], args=[home or "", best, HOME_TTL]))

    async def claim(self, node: str, rooms: Iterable[str]) -> list[str]:
        """Renew the node's homes, taking those that nobody has; returns the rooms of others."""
        claimed = list(rooms)
        async with self._redis.pipeline(transaction=False) as pipe:
            for room in claimed:
                pipe.set(_home_key(room), node, nx=True)
                pipe.expire(_home_key(room), HOME_TTL)
                pipe.get(_home_key(room))
            homes = (await pipe.execute())[2::3]
        return [room for room, home in zip(claimed, homes, strict=True) if home != node]

    async def release(self, node: str, room: str) -> None:
        """The room is over."""
        await self._release(keys=[_home_key(room)], args=[node])

    async def close(self) -> None:
        await self._redis.aclose()


def living_nodes() -> list[Beat]:
    """For synchronous callers, such as a health check. Raises redis.RedisError."""
    options = {"socket_timeout": TIMEOUT, "socket_connect_timeout": TIMEOUT, "retry": None}
    with redis.Redis.from_url(settings.REDIS_URL, decode_responses=True, **options) as client:
        names = sorted(map(str, client.smembers(_NODES)))
        return _parse(client.mget([_beat_key(name) for name in names]) if names else [])


def _connect() -> "redis.asyncio.Redis":
    """A crowd that comes at once waits for a connection; an ordinary pool would refuse it."""
    pool = redis.asyncio.BlockingConnectionPool.from_url(
        settings.REDIS_URL, max_connections=CONNECTIONS, decode_responses=True
    )
    return redis.asyncio.Redis.from_pool(pool)


def _parse(beats: Iterable[bytes | str | None]) -> list[Beat]:
    return [Beat(**json.loads(beat)) for beat in beats if beat]


def _beat_key(node: str) -> str:
    return f"spaces:audio:node:{node}"


def _home_key(room: str) -> str:
    return f"spaces:audio:home:{room}"
