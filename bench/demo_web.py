"""Run a web process with the demo site and a Redis of its own."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.processes import DAPHNE, serve
from config.redis_server import RedisServer


@contextlib.contextmanager
def running(home: Path, application: str) -> Iterator[tuple[int, int]]:
    """Run daphne with this ASGI application; yield its port and process id.

    The environment of this process is changed so that `django.setup()` opens the same site.
    """
    with RedisServer(home / "redis") as redis:
        os.environ.update(
            SPACES_HOME=str(home),
            REDIS_URL=redis.url,
            DEMO="1",
            SOCKETS_PER_ADDRESS="100000",  # all sockets come from this machine
            LOG_LEVEL="WARNING",
            DJANGO_SETTINGS_MODULE="config.settings",
        )
        subprocess.run([sys.executable, "-m", "config.prepare"], check=True)
        with serve(sys.executable, *DAPHNE, application) as (port, pid):
            os.environ["PORT"] = str(port)
            yield port, pid
