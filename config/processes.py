"""honcho's manager, which greets once all is well and leaves nothing behind."""

import threading
import time
from collections.abc import Mapping
from typing import IO, Any
from urllib.error import URLError
from urllib.request import urlopen

from honcho.manager import Manager
from honcho.printer import Printer

from config.supervision import SupervisedProcess

READY_POLL = 0.1  # seconds


class Tee:
    """The console and the log file, as one output."""

    def __init__(self, console: IO[str], log: IO[str]) -> None:
        self._console, self._log = console, log

    def write(self, text: str) -> None:
        for output in (self._console, self._log):
            output.write(text)

    def flush(self) -> None:
        for output in (self._console, self._log):
            output.flush()

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
        while not self._stop_asked:
            if _is_healthy(self.health_address):
                print(self._greeting, file=self._output, flush=True)
                return
            time.sleep(READY_POLL)


def _is_over(told: Mapping[str, Any]) -> bool:
    """A runner that was killed reports nothing; the kernel stopped what it ran."""
    return "returncode" in told or not told["process"].is_alive()


def _is_healthy(address: str) -> bool:
    try:
        with urlopen(address, timeout=5) as answer:  # noqa: S310 - our own http address
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False
