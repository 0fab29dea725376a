"""honcho's manager. It starts and stops all processes, and prints a message when all are ready."""

import json
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from honcho.manager import Manager
from honcho.printer import Printer

from config.supervision import SupervisedProcess

READY_POLL = 0.1  # seconds
PATIENCE = 60.0  # seconds after which components that are not ready are printed


class Tee:
    """Writes to the console and the (unbuffered) log file; ignores a full disk."""

    def __init__(self, console: IO[str], log: IO[bytes]) -> None:
        self._console, self._log = console, log

    def write(self, text: str) -> None:
        with suppress(OSError):
            self._log.write(text.encode())
        with suppress(OSError):
            self._console.write(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._console.flush()

    def isatty(self) -> bool:
        return False  # no colours in the log


class Processes(Manager):
    """Starts and stops all processes together, even if it is stopped while they are starting.

    A process that dies is restarted. If it dies too often, all processes are stopped.
    """

    def __init__(self, output: Tee, greeting: str) -> None:
        super().__init__(Printer(output))
        self._process_ctor = SupervisedProcess
        self._output, self._greeting = output, greeting
        self._is_stopping = False
        self.health_url = ""

    def terminate(self) -> None:
        """Stop all processes. If they are still starting, stop them later.

        honcho would raise an error for a process without a pid.
        """
        self._is_stopping = True
        if super()._all_started():
            super().terminate()

    def _killall(self, force: bool = False) -> None:
        """Stop the runners first, so that they don't restart the processes."""
        for entry in self._processes.values():
            entry["process"].terminate()
        super()._killall(force=force)

    def _any_stopped(self) -> bool:
        return any(_has_ended(entry) for entry in self._processes.values())

    def _all_stopped(self) -> bool:
        return all(_has_ended(entry) for entry in self._processes.values())

    def _start(self) -> None:
        super()._start()
        threading.Thread(target=self._greet_when_ready, daemon=True).start()

    def _all_started(self) -> bool:
        started = bool(super()._all_started())
        if started and self._is_stopping and not self._terminating:
            super().terminate()
        return started

    def _greet_when_ready(self) -> None:
        warn_at = time.monotonic() + PATIENCE
        while not self._is_stopping:
            problems = _find_problems(self.health_url)
            if not problems:
                print(self._greeting, file=self._output, flush=True)
                return
            if time.monotonic() > warn_at:
                print(f"  Not ready yet: {problems}", file=self._output, flush=True)
                warn_at = float("inf")
            time.sleep(READY_POLL)


def _has_ended(entry: Mapping[str, Any]) -> bool:
    """Return whether a process has ended.

    If its runner was killed, the runner reports nothing, but the kernel has stopped the process.
    """
    return "returncode" in entry or not entry["process"].is_alive()


def _find_problems(url: str) -> str:
    """Return the problems that `/healthz` reports, or ""."""
    try:
        with urlopen(url, timeout=5):  # noqa: S310 - our own URL
            return ""
    except HTTPError as answer:
        with answer:
            report = json.load(answer)
        return ", ".join(
            f"{name}: {found['error']}" for name, found in report.items() if not found["ok"]
        )
    except (URLError, OSError, ValueError):
        return "the web server does not respond"
