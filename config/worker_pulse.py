"""The worker's pulse. Celery's heartbeat drives it (every 2 s): it needs no task."""

import contextlib
import os
from typing import Any

import redis
from celery.signals import heartbeat_sent

from config import pulse

KIND = "worker"


@heartbeat_sent.connect
def on_heartbeat(**_: Any) -> None:
    # When Redis is away, the next pulse tells.
    with contextlib.suppress(redis.RedisError), pulse.connect() as client:
        pulse.send(client, KIND, pulse.name_of(os.getpid()))
