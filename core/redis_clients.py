"""The one place that connects to Redis; only what starts or tests a server makes its own client.

All clients answer in text. A synchronous one gives up after a second: a page is better without what
Redis knows than late.
"""

from functools import cache

import redis
import redis.asyncio
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

TIMEOUT = 1.0  # seconds
CONNECTIONS = 16  # of one asynchronous client, at most


def shared() -> redis.Redis:
    """The client that all threads of this process share."""
    return _shared(settings.REDIS_URL)


def connect(timeout: float = TIMEOUT) -> redis.Redis:
    """A client for a few commands, which never tries again; the caller closes it."""
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=timeout,
        socket_connect_timeout=timeout,
        retry=None,
        decode_responses=True,
    )


def connect_async() -> "redis.asyncio.Redis":
    """A client for one event loop. A crowd that comes at once waits for a connection; an ordinary
    pool would refuse it."""
    pool = redis.asyncio.BlockingConnectionPool.from_url(
        settings.REDIS_URL, max_connections=CONNECTIONS, decode_responses=True
    )
    return redis.asyncio.Redis.from_pool(pool)


@cache
def _shared(url: str) -> redis.Redis:
    return redis.Redis.from_url(
        url,
        socket_timeout=TIMEOUT,
        socket_connect_timeout=TIMEOUT,
        retry=Retry(NoBackoff(), 1),  # the first attempt may meet a connection that died
        decode_responses=True,
    )
