"""`manage.py hls` as a process, beside the audio nodes of tests.audio.test_command."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.redis_server import RedisServer
from tests.audio.test_command import ROOT


@contextmanager
def packager(
    redis_server: RedisServer, folder: Path, **environment: str
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a packager that writes to `folder`, and its log to a file beside it."""
    with open(log_of(folder), "ab") as log:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "hls", "--name", "packager"],
            cwd=ROOT,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "tests.audio.cascading",
                "REDIS_URL": redis_server.url,
                "SECRET_KEY": "only-for-tests",
                "HLS_FOLDER": str(folder),
                "AUDIO_HOST": "127.0.0.1",
                **environment,
            },
            stdout=subprocess.DEVNULL,
            stderr=log,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def log_of(folder: Path) -> Path:
    return folder.with_suffix(".log")
