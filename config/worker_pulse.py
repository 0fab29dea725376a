"""Proof that a Celery worker's own loop turns: a name in Redis that fades when it stops.

Celery's heartbeat drives it (every 2 s), so it needs neither beat nor a task. A name fades late,
since a busy machine beats late; that a worker of this machine died, the kernel says at once.
"""

import contextlib
import os
import socket
import time
from pathlib import Path
from typing import Any, cast

import redis
from celery.signals import heartbeat_sent
from django.conf import settings

KEY = "spaces:workers"  # sorted set: name of a worker -> when it counts as gone, Unix seconds
TTL = 10.0  # seconds
TIMEOUT = 1.0  # seconds; the worker's loop waits for it
NAMESPACE = Path("/proc/self/ns/pid")  # Linux: containers of one host have numbers of their own


def connect(timeout: float = TIMEOUT) -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=timeout, socket_connect_timeout=timeout, retry=None
    )


def count_workers(client: redis.Redis) -> int:
    names = cast(list[bytes], client.zrangebyscore(KEY, time.time(), "+inf"))
    return sum(_may_live(name.decode()) for name in names)


def send_pulse(client: redis.Redis, name: str) -> None:
    now = time.time()
    with client.pipeline() as pipeline:
        pipeline.zadd(KEY, {name: now + TTL})
        pipeline.zremrangebyscore(KEY, "-inf", now)
        pipeline.expire(KEY, int(TTL))
        pipeline.execute()


def name_of(pid: int) -> str:
    return f"{_here()}:{pid}"


def _here() -> str:
    """Where process numbers mean what they mean to us."""
    namespace = os.readlink(NAMESPACE) if NAMESPACE.is_symlink() else ""
    return f"{socket.gethostname()} {namespace}"


def _may_live(name: str) -> bool:
    where, _, pid = name.rpartition(":")
    if where != _here():
        return True
    try:
        os.kill(int(pid), 0)  # sends nothing
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # it lives, and is another user's
    return True


@heartbeat_sent.connect
def on_heartbeat(**_: Any) -> None:
    # When Redis is away, the next pulse tells.
    with contextlib.suppress(redis.RedisError), connect() as client:
        send_pulse(client, name_of(os.getpid()))
