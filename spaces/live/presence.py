"""Who is in a room now. Redis alone knows: leases that expire, so that a crash leaks nobody.

A room is a sorted set of viewers' keys by the second at which the lease runs out. Each web process
renews the leases of the people on its own sockets.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import redis
import redis.asyncio
from django.conf import settings

from accounts.models import User
from accounts.people import Person, person
from spaces.models import Participant

LEASE = 20.0  # seconds
RENEW_EVERY = 5.0  # seconds; also how long an emptied Redis takes to know everyone again
FIRST_PAGE = 24  # listeners in a snapshot and in an audience event
PAGE = 50  # listeners on a page of the list
GUESTS = 200  # in the list that hosts read


async def arrive(client: "redis.asyncio.Redis", space_id: str, keys: Iterable[str]) -> None:
    """Take or renew the leases of these people."""
    until = time.time() + LEASE
    leases = dict.fromkeys(keys, until)
    if leases:
        async with client.pipeline(transaction=False) as pipe:
            pipe.zadd(_room(space_id), leases)
            pipe.expire(_room(space_id), int(LEASE * 2))
            await pipe.execute()


async def depart(client: "redis.asyncio.Redis", space_id: str, key: str) -> None:
    await client.zrem(_room(space_id), key)


def audience(space_id: str) -> dict[str, Any]:
    """`{"count", "guests", "people"}` of those who listen: here, and not on the stage.

    The count is of all; people are those with an account, guests are only counted.
    """
    keys = _listeners(space_id)
    known = [key for key in keys if has_account(key)]
    people = _people(known[:FIRST_PAGE])
    return {"count": len(keys), "guests": len(keys) - len(known), "people": people}


def guests(space_id: str) -> list[str]:
    """The keys of the guests who are here, those who came last first, at most `GUESTS`."""
    return [key for key in _listeners(space_id) if not has_account(key)][:GUESTS]


def counts(stages: Mapping[str, list[str]]) -> dict[str, int]:
    """How many listen in each room, from `{space: keys on its stage}`, in one round trip."""
    found = listening(stages)
    return dict.fromkeys(stages, 0) if found is None else found


def listening(stages: Mapping[str, list[str]]) -> dict[str, int] | None:
    """As `counts`; None while Redis cannot say."""
    now = time.time()
    try:
        with _client().pipeline(transaction=False) as pipe:
            for space_id, seated in stages.items():
                pipe.zcount(_room(space_id), now, "+inf")
                pipe.zmscore(_room(space_id), seated or [""])
            answers = pipe.execute()
    except redis.RedisError:
        return None
    here = zip(stages, answers[::2], answers[1::2], strict=True)
    return {
        space_id: n - sum((score or 0) >= now for score in seats) for space_id, n, seats in here
    }


def here(space_id: str, keys: Sequence[str]) -> set[str] | None:
    """Those of `keys` who are in the room now; None while Redis cannot say."""
    if not keys:
        return set()
    try:
        leases = _client().zmscore(_room(space_id), list(keys))
    except redis.RedisError:
        return None
    now = time.time()
    return {key for key, until in zip(keys, leases, strict=True) if float(until or 0) >= now}


def page(space_id: str, after: str = "") -> dict[str, Any]:
    """The next `PAGE` listeners with an account behind the key `after`, in order of their keys."""
    keys = [key for key in sorted(_listeners(space_id)) if has_account(key) and key > after]
    shown = keys[:PAGE]
    return {"people": _people(shown), "next": shown[-1] if len(keys) > PAGE else None}


def _room(space_id: str) -> str:
    return f"presence:{space_id}"


def _client() -> redis.Redis:
    return _client_of(settings.REDIS_URL)


@cache
def _client_of(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=1, decode_responses=True)


def _listeners(space_id: str) -> list[str]:
    """Keys, those who came last first; nobody while Redis is away."""
    try:
        here = _client().zrevrangebyscore(_room(space_id), "+inf", time.time())
    except redis.RedisError:
        return []
    on_stage = Participant.objects.on_stage().filter(space__public_id=space_id)
    seated = {f"u{pk}" for pk in on_stage.values_list("user_id", flat=True)}
    return [str(key) for key in here if key not in seated]


def _people(keys: Sequence[str]) -> list[Person]:
    found = User.objects.in_bulk([int(key[1:]) for key in keys])
    return [person(found[int(key[1:])]) for key in keys if int(key[1:]) in found]


def has_account(key: str) -> bool:
    return key.startswith("u")
