"""The clock that all processes share: that of Redis.

Each machine has its own clock, which may be wrong by a minute. Times that one process writes and
another one compares (since when somebody is away, slow mode, the age of tasks) are read from this
clock. A time that is only shown (when a post was written) does not need it.
"""

from datetime import UTC, datetime

import redis
from django.utils import timezone

from core import redis_clients


def now() -> datetime:
    """Return the shared time, or the time of this machine while Redis is away."""
    try:
        return datetime.fromtimestamp(read(), UTC)
    except redis.RedisError:
        return timezone.now()


def read() -> float:
    """Return the shared time in seconds since 1970. Raises redis.RedisError."""
    return seconds(redis_clients.shared().time())


def seconds(answer: tuple[int, int]) -> float:
    """Convert the answer to Redis's command TIME to seconds since 1970."""
    return answer[0] + answer[1] / 1_000_000
