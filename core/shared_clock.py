"""The clock that all processes share: Redis's clock.

Each machine has its own clock, which may be wrong by a minute. Use the shared clock for times that
one process writes and another process compares, e.g. when a host disconnected, slow mode or the age
of tasks. Times that are only displayed, e.g. when a post was written, do not need it.
"""

from datetime import UTC, datetime

import redis
from django.utils import timezone

from core import redis_clients


def now() -> datetime:
    """Return the shared time, or the time of this machine during an outage of Redis."""
    try:
        return datetime.fromtimestamp(read(), UTC)
    except redis.RedisError:
        return timezone.now()


def read() -> float:
    """Return the shared time in seconds since 1970. Raise redis.RedisError if Redis is
    unreachable."""
    return seconds(redis_clients.shared().time())


def seconds(response: tuple[int, int]) -> float:
    """Convert what Redis's command TIME returns into seconds since 1970."""
    return response[0] + response[1] / 1_000_000
