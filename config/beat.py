"""Celery's beat with a heartbeat. If beat hangs, its heartbeat stops, and `/healthz` reports it."""

import contextlib
import os
import time
from typing import Any

import redis
import structlog
from celery.beat import PersistentScheduler

from config import heartbeat
from core import redis_clients

KIND = "beat"
HEARTBEAT_EVERY = 2.0  # seconds

log = structlog.get_logger(__name__)


class Scheduler(PersistentScheduler):
    """Stores the last run of each task in a file, if possible; a full disk does not stop beat."""

    _sent = 0.0

    def tick(self, *args: Any, **kwargs: Any) -> float:
        if time.monotonic() - self._sent > HEARTBEAT_EVERY:
            self._sent = time.monotonic()
            with contextlib.suppress(redis.RedisError), redis_clients.connect() as client:
                heartbeat.send(client, KIND, heartbeat.name_of(os.getpid()))
        wait: float = super().tick(*args, **kwargs)
        return min(wait, HEARTBEAT_EVERY)

    def sync(self) -> None:
        try:
            super().sync()
        except Exception as error:  # each implementation of dbm has its own exception
            log.warning("beat_schedule_not_written", error=repr(error))

    def close(self) -> None:
        with contextlib.suppress(redis.RedisError), redis_clients.connect() as client:
            heartbeat.stop(client, KIND, heartbeat.name_of(os.getpid()))
        super().close()
