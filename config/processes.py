"""honcho's manager, which greets once all is well and leaves nothing behind."""

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
PATIENCE = 60.0  # seconds of getting ready before it says what is missing


class Tee:
    """The console and the log file (unbuffered), as one output; a full disk must not end us."""

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
        return False  # the log gets no colours


class Processes(Manager):
    """Started together, stopped together; a stop that comes while they start is not lost.

    One that dies is started again; all are stopped when one is given up.
    """

    def __init__(self, output: Tee, greeting: str) -> None:
        super().__init__(Printer(output))
        self._process_ctor = SupervisedProcess
        self._output, self._greeting = output, greeting
        self._stop_asked = False
        self.health_address = ""

    def terminate(self) -> None:
        """honcho would fail on a process whose pid it has not heard of yet."""
        self._stop_asked = True
        if super()._all_started():
            super().terminate()

    def _killall(self, force: bool = False) -> None:
        """The runners hear of it first, lest they start again what is stopped."""
        for told in self._processes.values():
            told["process"].terminate()
        super()._killall(force=force)

    def _any_stopped(self) -> bool:
        return any(_is_over(told) for told in self._processes.values())

    def _all_stopped(self) -> bool:
        return all(_is_over(told) for told in self._processes.values())

    def _start(self) -> None:
        super()._start()
        threading.Thread(target=self._greet_when_ready, daemon=True).start()

    def _all_started(self) -> bool:
        started = bool(super()._all_started())
        if started and self._stop_asked and not self._terminating:
            super().terminate()
        return started

    def _greet_when_ready(self) -> None:
        complain_at = time.monotonic() + PATIENCE
        while not self._stop_asked:
            trouble = _find_trouble(self.health_address)
            if not trouble:
                print(self._greeting, file=self._output, flush=True)
                return
            if time.monotonic() > complain_at:
                print(f"  Not ready yet: {trouble}", file=self._output, flush=True)
                complain_at = float("inf")
            time.sleep(READY_POLL)


def _is_over(told: Mapping[str, Any]) -> bool:
    """A runner that was killed reports nothing; the kernel stopped what it ran."""
    return "returncode" in told or not told["process"].is_alive()


def _find_trouble(address: str) -> str:
    """What `/healthz` names; empty when all is well."""
    try:
        with urlopen(address, timeout=5):  # noqa: S310 - our own http address
            return ""
    except HTTPError as answer:
        with answer:
            report = json.load(answer)
        return ", ".join(
            f"{name}: {told['error']}" for name, told in report.items() if not told["ok"]
        )
    except (URLError, OSError, ValueError):
        return "the web does not answer"
