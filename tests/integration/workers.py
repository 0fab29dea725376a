"""Real worker processes and a real beat, on the database and the Redis of the test."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.db import connection

from config.parent_death import die_with_parent
from tests.fixtures.stack import ROOT

STOP = 20.0  # seconds that a process has to stop


class Workers:
    def __init__(self, folder: Path, redis_url: str, **environment: str) -> None:
        self._folder = folder
        self._environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            "DJANGO_SETTINGS_MODULE": "tests.integration.worker_settings",
            "SPACES_HOME": str(folder),
            "SECRET_KEY": "only-for-tests",
            "BASE_URL": "http://testserver",
            "DATABASE_URL": _database_url(),
            "REDIS_URL": redis_url,
            **environment,
        }
        self._running = ExitStack()

    def start_worker(self) -> "subprocess.Popen[bytes]":
        """Start a worker that runs its tasks in its main process."""
        return self._start("worker", "--pool", "solo", "--without-gossip", "--without-mingle")

    def start_beat(self) -> "subprocess.Popen[bytes]":
        return self._start("beat")

    def output(self) -> str:
        return "".join(path.read_text() for path in sorted(self._folder.glob("*.txt")))

    def stop(self) -> None:
        self._running.close()

    def _start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        number = len(list(self._folder.glob("*.txt")))
        with open(self._folder / f"{number}.txt", "wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "config", *arguments],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent,
            )
        self._running.callback(_stop, process)
        return process


@contextmanager
def making_workers(folder: Path, redis_url: str, **environment: str) -> Iterator[Workers]:
    workers = Workers(folder, redis_url, **environment)
    try:
        yield workers
    finally:
        workers.stop()


def _stop(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _database_url() -> str:
    """Return the DATABASE_URL of the test's own database."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    return "postgresql://{USER}@{HOST}:{PORT}/{NAME}".format(**database)
