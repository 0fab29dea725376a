"""Presence: who is connected to a room, as leases in Redis that expire after a crash.

A room is a sorted set of viewers' keys by the second at which the lease expires. Each web process
renews the leases of its own sockets. All times are by the clock of Redis, which processes share.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import redis
import redis.asyncio

from accounts.models import User
from accounts.wire import Person, person
from core import person_keys, redis_clients, shared_clock
from spaces.models import Participant

LEASE = 20.0  # seconds
RENEW_EVERY = 5.0  # seconds; after that, an emptied Redis knows everyone again
FIRST_PAGE = 24  # listeners in a snapshot and in an audience event
PAGE = 50  # listeners on a page of the list
GUESTS = 200  # in the list that hosts read

# KEYS: the room. ARGV: the seconds that a lease lasts, then the people's keys.
_RENEW = """
local now = redis.call('TIME')[1]
for place = 2, #ARGV do redis.call('ZADD', KEYS[1], now + ARGV[1], ARGV[place]) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - 1)
redis.call('EXPIRE', KEYS[1], 2 * ARGV[1])
"""
# KEYS: the room. ARGV: the keys of those on its stage. Returns how many others are here.
_COUNT = """
local now = redis.call('TIME')[1]
local here = redis.call('ZCOUNT', KEYS[1], now, '+inf')
for _, key in ipairs(ARGV) do
  if tonumber(redis.call('ZSCORE', KEYS[1], key) or 0) >= tonumber(now) then here = here - 1 end
end
return here
"""


async def renew(client: "redis.asyncio.Redis", space_id: str, keys: Iterable[str]) -> None:
    """Take or renew the leases of these people."""
    if people := list(keys):
        await client.eval(_RENEW, 1, _room(space_id), str(int(LEASE)), *people)


async def release(client: "redis.asyncio.Redis", space_id: str, key: str) -> None:
    await client.zrem(_room(space_id), key)


def audience(space_id: str) -> dict[str, Any]:
    """Return `{"count", "guests", "people"}` of the listeners: connected and not on the stage.

    `count` includes guests, who are only counted; `people` are a first page of the others.
    """
    keys = _listeners(space_id)
    known = [key for key in keys if person_keys.is_account(key)]
    people = _people(known[:FIRST_PAGE])
    return {"count": len(keys), "guests": len(keys) - len(known), "people": people}


def guests(space_id: str) -> list[str]:
    """Return the keys of connected guests, the latest first, at most `GUESTS`."""
    return [key for key in _listeners(space_id) if not person_keys.is_account(key)][:GUESTS]


def counts(stages: Mapping[str, list[str]]) -> dict[str, int]:
    """Return how many listen in each room of `{space: keys on its stage}`; 0 without Redis."""
    found = listening(stages)
    return dict.fromkeys(stages, 0) if found is None else found


def listening(stages: Mapping[str, list[str]]) -> dict[str, int] | None:
    """As `counts`, in one round trip to Redis; None while Redis is away."""
    try:
        with redis_clients.shared().pipeline(transaction=False) as pipe:
            for space_id, seated in stages.items():
                pipe.eval(_COUNT, 1, _room(space_id), *seated)
            return dict(zip(stages, pipe.execute(), strict=True))
    except redis.RedisError:
        return None


def connected(space_id: str, keys: Sequence[str]) -> set[str] | None:
    """Return which of `keys` are connected to the room; None while Redis is away."""
    if not keys:
        return set()
    try:
        with redis_clients.shared().pipeline(transaction=False) as pipe:
            pipe.time()
            pipe.zmscore(_room(space_id), list(keys))
            time, leases = pipe.execute()
    except redis.RedisError:
        return None
    now = shared_clock.seconds(time)
    return {key for key, until in zip(keys, leases, strict=True) if float(until or 0) >= now}


def page(space_id: str, after: str = "") -> dict[str, Any]:
    """Return the next `PAGE` listeners with an account after the key `after`, by key."""
    keys = [
        key for key in sorted(_listeners(space_id)) if person_keys.is_account(key) and key > after
    ]
    shown = keys[:PAGE]
    return {"people": _people(shown), "next": shown[-1] if len(keys) > PAGE else None}


def _room(space_id: str) -> str:
    return f"presence:{space_id}"


def _listeners(space_id: str) -> list[str]:
    """Return the keys of listeners, the latest first; none while Redis is away."""
    try:
        with redis_clients.shared().pipeline(transaction=False) as pipe:
            pipe.time()
            pipe.zrevrangebyscore(_room(space_id), "+inf", "-inf", withscores=True)
            time, leases = pipe.execute()
    except redis.RedisError:
        return []
    now = shared_clock.seconds(time)
    here = [key for key, until in leases if until >= now]
    on_stage = Participant.objects.on_stage().filter(space__public_id=space_id)
    seated = set(map(person_keys.of_account, on_stage.values_list("user_id", flat=True)))
    return [str(key) for key in here if key not in seated]


def _people(keys: Sequence[str]) -> list[Person]:
    numbers = person_keys.accounts_in(keys)
    found = User.objects.in_bulk(numbers)
    return [person(found[number]) for number in numbers if number in found]
