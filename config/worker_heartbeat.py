"""The worker's heartbeat (config/heartbeat.py), sent with Celery's own heartbeat every 2 s."""

import contextlib
import os
from typing import Any

import redis
from celery.signals import heartbeat_sent

from config import heartbeat
from core import redis_clients

KIND = "worker"


@heartbeat_sent.connect
def on_heartbeat(**_: Any) -> None:
    # If Redis can't be reached, the next heartbeat is sent 2 s later.
    with contextlib.suppress(redis.RedisError), redis_clients.connect() as client:
        heartbeat.send(client, KIND, heartbeat.name_of(os.getpid()))
