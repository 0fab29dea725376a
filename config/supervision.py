"""A process of the Procfile that is started again when it dies, as systemd would.

Each has a runner: a child of the manager that starts it, hands its lines on and waits for it.
Nothing outlives its runner, and no runner the manager. A signal to the runner is the end; a death
without one is an accident.
"""

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from queue import Queue
from typing import Any

from honcho.printer import Message
from honcho.process import Popen, Process

from config.parent_death import die_with_parent

QUICK = 10.0  # seconds: who lived longer starts with a clean record
PAUSES = (0.0, 0.5, 1.0, 2.0)  # seconds before each start after a quick death, the first at once
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class SupervisedProcess(Process):
    """Given up, and reported as stopped, after `len(PAUSES) + 1` quick deaths in a row."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._child_ctor = self._start
        self._pid = 0
        self._stopping = False

    def run(self, events: "Queue[Message]", ignore_signals: bool = False) -> None:
        """The runner's whole life; honcho calls it in a process of its own."""
        die_with_parent(signal.SIGKILL)
        for number in STOP_SIGNALS:
            signal.signal(number, self._stop)
        code = self._outlive(events)
        self._events = events
        self._send_message({"returncode": code}, type="stop")

    def _outlive(self, events: "Queue[Message]", pauses: Sequence[float] = PAUSES) -> int:
        """Returns the last exit code once it is stopped or given up."""
        quick_deaths = 0
        while True:
            started = time.monotonic()
            super().run(_WithoutStops(events))
            code: int = self._child.returncode
            if self._stopping:
                return code
            quick_deaths = quick_deaths + 1 if time.monotonic() - started < QUICK else 1
            if quick_deaths > len(pauses):
                self._say(f"died {quick_deaths} times in a row (rc={code}): giving up")
                return code
            self._say(f"died (rc={code}): starting it again")
            self._rest(pauses[quick_deaths - 1])
            if self._stopping:
                return code

    def _rest(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self._stopping and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, 0.1))  # a signal does not cut a sleep short (PEP 475)

    def _start(self, command: str, **options: Any) -> "subprocess.Popen[bytes]":
        child: subprocess.Popen[bytes] = Popen(command, preexec_fn=_prepare_child, **options)
        self._pid = child.pid
        if self._stopping:  # the signal came while it was being born
            self._stop()
        return child

    def _stop(self, *_: Any) -> None:
        self._stopping = True
        if self._pid:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._pid, signal.SIGTERM)

    def _say(self, text: str) -> None:
        self._send_message(f"{self.name} {text}\n")


class _WithoutStops:
    """The manager's queue, which is not to hear of every death."""

    def __init__(self, events: "Queue[Message]") -> None:
        self._events = events

    def put(self, message: Message) -> None:
        if message.type != "stop":
            self._events.put(message)


def _prepare_child() -> None:
    """Runs in the child before it is what it shall be (between fork and exec)."""
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    die_with_parent()
