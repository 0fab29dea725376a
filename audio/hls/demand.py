"""Which Spaces somebody wants to hear by HLS, and which of them a packager packs. Only in Redis.

Web processes ask for a Space, and players keep asking by fetching its playlist. Packagers read all
of that once in a while, so that a Space that nobody hears by HLS costs nothing. All times are those
of Redis's clock.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import redis.asyncio

from core import redis_clients, shared_clock

WANTED_FOR = 30.0  # seconds after the last player has fetched the playlist
CLAIMED_FOR = 6.0  # seconds after which another packager may take over a Space
READY_FOR = 10.0  # seconds without a new segment after which a stream is not ready

_WANTED = "spaces:hls:wanted"  # sorted set of Spaces; the score is the second until which

# KEYS: the wanted Spaces. ARGV: the Space, the seconds, and XX to change only a Space that is in
# the set.
_WANT = """
local now = redis.call('TIME')[1]
if ARGV[3] == 'XX' then return redis.call('ZADD', KEYS[1], 'XX', now + ARGV[2], ARGV[1]) end
return redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
"""
# Claim a Space, or renew the claim. KEYS: the claim. ARGV: the packager, milliseconds. Returns
# whether the Space is this packager's.
_CLAIM = """
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""
_RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1], KEYS[2]) end"


def want(space: str) -> None:
    """Ask for a stream of this Space. Raises redis.RedisError."""
    redis_clients.shared().eval(_WANT, 1, _WANTED, space, str(int(WANTED_FOR)), "")


def keep(space: str) -> None:
    """Note that the stream is still heard; this does not start one. Raises redis.RedisError."""
    redis_clients.shared().eval(_WANT, 1, _WANTED, space, str(int(WANTED_FOR)), "XX")


def is_ready(space: str) -> bool:
    """Return whether the playlist of this Space can be fetched. Raises redis.RedisError."""
    return bool(redis_clients.shared().exists(_ready_key(space)))


@dataclass(frozen=True)
class Wanted:
    spaces: frozenset[str]
    time: float  # by Redis's clock, in seconds since 1970


class PackagerDemand:
    """A packager's side. Another process with the same name continues its Spaces."""

    def __init__(self, packager: str, client: "redis.asyncio.Redis | None" = None) -> None:
        self._packager = packager
        self._redis = client or redis_clients.connect_async()
        self._claim = self._redis.register_script(_CLAIM)
        self._release = self._redis.register_script(_RELEASE)

    async def read(self) -> Wanted:
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.time()
            pipe.zrange(_WANTED, 0, -1, withscores=True)
            time, wanted = await pipe.execute()
        now = shared_clock.seconds(time)
        if expired := [space for space, until in wanted if until < now]:
            await self._redis.zremrangebyscore(_WANTED, "-inf", f"({int(now)}")
        return Wanted(frozenset(space for space, _ in wanted if space not in expired), now)

    async def claim(self, spaces: Iterable[str]) -> set[str]:
        """Take or renew the claim on these Spaces; return those that are this packager's."""
        asked = list(spaces)
        claims = [
            await self._claim(keys=[_claim_key(space)], args=[self._packager, _ms(CLAIMED_FOR)])
            for space in asked
        ]
        return {space for space, claimed in zip(asked, claims, strict=True) if claimed}

    async def announce_ready(self, space: str) -> None:
        await self._redis.set(_ready_key(space), 1, px=_ms(READY_FOR))

    async def give_up(self, space: str, *, is_over: bool) -> None:
        """End the claim on a Space. If the Space is over, nobody wants it any more."""
        await self._release(keys=[_claim_key(space), _ready_key(space)], args=[self._packager])
        if is_over:
            await self._redis.zrem(_WANTED, space)

    async def close(self) -> None:
        await self._redis.aclose()


def _claim_key(space: str) -> str:
    return f"spaces:hls:packager:{space}"


def _ready_key(space: str) -> str:
    return f"spaces:hls:ready:{space}"


def _ms(seconds: float) -> int:
    return int(seconds * 1000)
