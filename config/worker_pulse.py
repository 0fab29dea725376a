"""Proof that a Celery worker's own loop turns: a name in Redis that fades when it stops.

Celery's heartbeat drives it (every 2 s), so it needs neither beat nor a task.
"""

import contextlib
import os
import socket
import time
from typing import Any

import redis
from celery.signals import heartbeat_sent
from django.conf import settings

KEY = "spaces:workers"  # sorted set: name of a worker -> when it counts as gone, Unix seconds
TTL = 10.0  # seconds
TIMEOUT = 1.0  # seconds; the worker's loop waits for it


def connect(timeout: float = TIMEOUT) -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=timeout, socket_connect_timeout=timeout, retry=None
    )


def count_workers(client: redis.Redis) -> int:
    return int(client.zcount(KEY, time.time(), "+inf"))


def send_pulse(client: redis.Redis, name: str) -> None:
    now = time.time()
    with client.pipeline() as pipeline:
        pipeline.zadd(KEY, {name: now + TTL})
        pipeline.zremrangebyscore(KEY, "-inf", now)
        pipeline.expire(KEY, int(TTL))
        pipeline.execute()


@heartbeat_sent.connect
def on_heartbeat(**_: Any) -> None:
    # When Redis is away, the next pulse tells.
    with contextlib.suppress(redis.RedisError), connect() as client:
        send_pulse(client, f"{socket.gethostname()}:{os.getpid()}")
