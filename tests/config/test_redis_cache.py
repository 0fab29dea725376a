"""Caches of all requests and threads share their connections to Redis."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import Context

import pytest
import redis
from django.core.cache import cache

pytestmark = pytest.mark.integration


@pytest.fixture
def read_elsewhere(redis_server):
    """Read from the cache in another thread and, like a request, in a context of its own."""

    def read(key):  # `cache.get` finds the cache of the context in which it is evaluated
        return cache.get(key)

    with ThreadPoolExecutor(1) as thread:
        yield lambda key: thread.submit(Context().run, read, key).result()


def connections_made(url):
    with redis.Redis.from_url(url) as client:
        return client.info("stats")["total_connections_received"]


def test_further_requests_do_not_connect_to_redis_anew(redis_server, read_elsewhere):
    cache.set("seen", {"by": "ana"})
    before = connections_made(redis_server.url)
    assert [read_elsewhere("seen") for _ in range(5)] == [{"by": "ana"}] * 5
    assert connections_made(redis_server.url) - before == 1  # the connection that asked for this


def test_the_cache_works_again_after_redis_has_restarted(redis_server):
    cache.set("seen", 1)
    redis_server.stop()
    with pytest.raises(redis.ConnectionError):
        cache.get("seen")
    redis_server.start()
    assert cache.get("seen") is None
    cache.set("seen", 2)
    assert cache.get("seen") == 2
