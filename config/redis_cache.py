"""Django's cache in Redis, with connections that all threads of a process share.

Django creates a new cache for each request, and each cache would connect to Redis anew, which takes
longer than most queries.
"""

from typing import Any

import redis
from django.core.cache.backends import redis as backend

from core import redis_clients


class CacheClient(backend.RedisCacheClient):
    _servers: list[str]

    def get_client(self, key: Any = None, *, write: bool = False) -> redis.Redis:
        return redis_clients.shared_by_caches(self._servers[0])


class RedisCache(backend.RedisCache):
    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = CacheClient
