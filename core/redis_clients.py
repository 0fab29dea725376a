"""Create the clients for Redis. Only code that starts or tests a Redis server creates its own.

All clients decode responses to text, except that of caches. A synchronous client waits for a
response for one second at most, because a page without the data from Redis is better than a late
page.
"""

from functools import cache

import redis
import redis.asyncio
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

TIMEOUT = 1.0  # seconds
CONNECTIONS = 16  # maximum per asynchronous client


def shared() -> redis.Redis:
    """Return the client that all threads of this process share."""
    return _shared(settings.REDIS_URL, decode_responses=True)


def shared_by_caches(url: str) -> redis.Redis:
    """Return the client that all caches of this process share. It returns bytes."""
    return _shared(url, decode_responses=False)


def connect(timeout: float = TIMEOUT) -> redis.Redis:
    """Return a client for a few commands, which never retries. The caller must close it."""
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=timeout,
        socket_connect_timeout=timeout,
        retry=None,
        decode_responses=True,
    )


def connect_async() -> "redis.asyncio.Redis":
    """Return a client for one event loop. If all connections are in use, commands wait for a
    connection; with an ordinary pool they would fail."""
    pool = redis.asyncio.BlockingConnectionPool.from_url(
        settings.REDIS_URL, max_connections=CONNECTIONS, decode_responses=True
    )
    return redis.asyncio.Redis.from_pool(pool)


@cache
def _shared(url: str, *, decode_responses: bool) -> redis.Redis:
    return redis.Redis.from_url(
        url,
        socket_timeout=TIMEOUT,
        socket_connect_timeout=TIMEOUT,
        retry=Retry(NoBackoff(), 1),  # the first attempt may use a connection that was lost
        decode_responses=decode_responses,
    )
