"""The time that all processes agree on: that of Redis, which they share.

Each machine has a clock of its own, and one of them may be wrong by a minute. Whatever one process
writes and another one judges (who is away since when, slow mode, tasks that are too old) is timed
by this one. What nobody compares with a clock (when a post was written) needs no shared time.
"""

from datetime import UTC, datetime

import redis
from django.utils import timezone

from core import redis_clients


def now() -> datetime:
    """While Redis is away, the time of this machine."""
    try:
        return datetime.fromtimestamp(read(), UTC)
    except redis.RedisError:
        return timezone.now()


def read() -> float:
    """Seconds since 1970. Raises redis.RedisError."""
    return seconds(redis_clients.shared().time())


def seconds(answer: tuple[int, int]) -> float:
    """Of what Redis's command TIME answers."""
    return answer[0] + answer[1] / 1_000_000
