"""Presence: who is connected to a room, as leases in Redis that expire after a crash.

A room is a sorted set of viewers' keys; the score is the second at which the lease expires. The
guests among them are in a second set, too, so that both can be counted in a room of any size. Each
web process renews the leases of its own sockets. All times come from Redis's clock, which all
processes share.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import redis
from django.db.models import QuerySet
from redis.asyncio.client import Pipeline

from accounts.models import User
from accounts.person_json import Person, person
from core import person_keys, redis_clients, shared_clock
from core.prepared_queries import prepared
from spaces.models import Participant

LEASE = 20.0  # seconds
RENEW_EVERY = 5.0  # seconds; if Redis loses its data, presence is complete again after this time
FIRST_PAGE = 24  # listeners in a snapshot and in an audience event
PAGE = 50  # listeners on one page of the list
MAX_GUESTS = 200  # in the list that hosts can read
LARGE_AUDIENCE = 200  # people
AUDIENCE_KEPT = 1.0  # seconds

# By Space: when its audience was read, and what `audience` returned. Only large audiences are kept.
_large_audiences: dict[str, tuple[float, dict[str, Any]]] = {}

# KEYS: the room, its guests. ARGV: the seconds that a lease lasts, then the people's keys.
_RENEW = """
local now = redis.call('TIME')[1]
for index = 2, #ARGV do
  redis.call('ZADD', KEYS[1], now + ARGV[1], ARGV[index])
  if string.sub(ARGV[index], 1, 1) == 'g' then
    redis.call('ZADD', KEYS[2], now + ARGV[1], ARGV[index])
  end
end
for _, name in ipairs(KEYS) do
  redis.call('ZREMRANGEBYSCORE', name, '-inf', now - 1)
  redis.call('EXPIRE', name, 2 * ARGV[1])
end
"""
# KEYS: the room. ARGV: the keys of the people on stage. Returns the number of other people.
_COUNT = """
local now = redis.call('TIME')[1]
local count = redis.call('ZCOUNT', KEYS[1], now, '+inf')
for _, key in ipairs(ARGV) do
  if tonumber(redis.call('ZSCORE', KEYS[1], key) or 0) >= tonumber(now) then count = count - 1 end
end
return count
"""
# KEYS: the room, its guests. ARGV: the number of people to return, then the keys of the people on
# stage. Returns the number of other people, the number of guests, and the keys of people with an
# account, the last renewed first. In a crowd of guests, some of these people may be missing.
_AUDIENCE = """
local now = tonumber(redis.call('TIME')[1])
local wanted = tonumber(ARGV[1])
local count = redis.call('ZCOUNT', KEYS[1], now, '+inf')
local seated = {}
for index = 2, #ARGV do
  seated[ARGV[index]] = true
  if tonumber(redis.call('ZSCORE', KEYS[1], ARGV[index]) or 0) >= now then count = count - 1 end
end
local people, read = {}, 0
repeat
  local keys = redis.call('ZREVRANGEBYSCORE', KEYS[1], '+inf', now, 'LIMIT', read, 100)
  for _, key in ipairs(keys) do
    if #people < wanted and string.sub(key, 1, 1) == 'u' and not seated[key] then
      table.insert(people, key)
    end
  end
  read = read + 100
until #people == wanted or #keys < 100 or read == 1000
return {count, redis.call('ZCOUNT', KEYS[2], now, '+inf'), people}
"""


def renew(pipe: Pipeline, space_id: str, keys: Iterable[str]) -> None:
    """Take or renew the leases of these people, when the pipeline is executed."""
    if people := list(keys):
        pipe.eval(_RENEW, 2, _room(space_id), _guests(space_id), str(int(LEASE)), *people)


async def release(client: "redis.asyncio.Redis", space_id: str, key: str) -> None:
    async with client.pipeline(transaction=False) as pipe:
        pipe.zrem(_room(space_id), key)
        pipe.zrem(_guests(space_id), key)
        await pipe.execute()


def audience(space_id: str) -> dict[str, Any]:
    """Return `{"count", "guests", "people"}` for the people who are connected and not on stage.

    `count` includes guests. `people` is the first page of the listeners with an account.
    """
    seated = map(person_keys.of_account, _seated(space_id))
    client, names = redis_clients.shared(), (_room(space_id), _guests(space_id))
    try:
        count, guests, keys = client.eval(_AUDIENCE, 2, *names, str(FIRST_PAGE), *seated)
    except redis.RedisError:
        count, guests, keys = 0, 0, []
    return {"count": count, "guests": guests, "people": _people(keys)}


def recent_audience(space_id: str) -> dict[str, Any]:
    """Return the same as `audience`, for a page that opens. A large audience is returned as it was
    at most AUDIENCE_KEPT seconds ago, since many pages open at the same time. Later changes arrive
    as events."""
    now = time.monotonic()
    read_at, kept = _large_audiences.get(space_id, (0.0, {}))
    if kept and now - read_at < AUDIENCE_KEPT:
        return kept
    current = audience(space_id)
    for name, (read_at, _) in list(_large_audiences.items()):
        if now - read_at >= AUDIENCE_KEPT:
            _large_audiences.pop(name, None)
    if current["count"] >= LARGE_AUDIENCE:
        _large_audiences[space_id] = now, current
    return current


def guests(space_id: str) -> list[str]:
    """Return the keys of at most `MAX_GUESTS` connected guests, the last renewed first."""
    return [key for key in _listeners(space_id) if not person_keys.is_account(key)][:MAX_GUESTS]


def counts(stages: Mapping[str, list[str]]) -> dict[str, int]:
    """Return the number of listeners in each room; 0 if Redis is unreachable.

    `stages` maps the id of each Space to the keys of the people on its stage.
    """
    found = listening(stages)
    return dict.fromkeys(stages, 0) if found is None else found


def listening(stages: Mapping[str, list[str]]) -> dict[str, int] | None:
    """Return the same as `counts`, but None if Redis is unreachable. Takes one round trip."""
    try:
        with redis_clients.shared().pipeline(transaction=False) as pipe:
            for space_id, seated in stages.items():
                pipe.eval(_COUNT, 1, _room(space_id), *seated)
            return dict(zip(stages, pipe.execute(), strict=True))
    except redis.RedisError:
        return None


def connected(space_id: str, keys: Sequence[str]) -> set[str] | None:
    """Return which of `keys` are connected to the room; None if Redis is unreachable."""
    if not keys:
        return set()
    found = connected_in({space_id: keys})
    return None if found is None else found[space_id]


def connected_in(rooms: Mapping[str, Sequence[str]]) -> dict[str, set[str]] | None:
    """Return which of these people are connected to each room; None if Redis is unreachable.

    `rooms` maps the id of each Space to at least one key. Takes one round trip.
    """
    try:
        with redis_clients.shared().pipeline(transaction=False) as pipe:
            pipe.time()
            for space_id, keys in rooms.items():
                pipe.zmscore(_room(space_id), list(keys))
            time, *leases = pipe.execute()
    except redis.RedisError:
        return None
    now = shared_clock.seconds(time)
    return {
        space_id: {
            key for key, until in zip(keys, of_room, strict=True) if float(until or 0) >= now
        }
        for (space_id, keys), of_room in zip(rooms.items(), leases, strict=True)
    }


def page(space_id: str, after: str = "") -> dict[str, Any]:
    """Return `{"people", "next"}`: the next `PAGE` listeners with an account, sorted by key, that
    come after the key `after`."""
    keys = [
        key for key in sorted(_listeners(space_id)) if person_keys.is_account(key) and key > after
    ]
    shown = keys[:PAGE]
    return {"people": _people(shown), "next": shown[-1] if len(keys) > PAGE else None}


def _room(space_id: str) -> str:
    return f"presence:{space_id}"


def _guests(space_id: str) -> str:
    return f"presence-guests:{space_id}"


def _listeners(space_id: str) -> list[str]:
    """Return the keys of listeners, the last renewed first; [] if Redis is unreachable."""
    try:
        with redis_clients.shared().pipeline(transaction=False) as pipe:
            pipe.time()
            pipe.zrevrangebyscore(_room(space_id), "+inf", "-inf", withscores=True)
            time, leases = pipe.execute()
    except redis.RedisError:
        return []
    now = shared_clock.seconds(time)
    present = [key for key, until in leases if until >= now]
    if not present:
        return []
    seated = set(map(person_keys.of_account, _seated(space_id)))
    return [str(key) for key in present if key not in seated]


@prepared
def _seated(space_id: str) -> "QuerySet[Participant, int]":
    on_stage = Participant.objects.on_stage().filter(space__public_id=space_id)
    return on_stage.values_list("user_id", flat=True)


def _people(keys: Sequence[str]) -> list[Person]:
    ids = person_keys.accounts_in(keys)
    if not ids:
        return []
    users = {user.pk: user for user in _users(list(ids))}
    return [person(users[pk]) for pk in ids if pk in users]


@prepared
def _users(ids: list[int]) -> QuerySet[User]:
    return User.objects.filter(pk__in=ids)
