"""Restart processes of the Procfile when they die, as systemd would.

Each process has a runner: a child of the manager that starts the process, forwards its output and
waits for its end. If a runner dies, its process ends; if the manager dies, all runners end. If the
runner gets a signal, it stops the process; if the process ends otherwise, the runner restarts it.
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

QUICK = 10.0  # seconds; the count of quick deaths starts again if a process ran longer
PAUSES = (0.0, 0.5, 1.0, 2.0)  # seconds before each restart after a quick death
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class SupervisedProcess(Process):
    """A process that is restarted when it dies.

    After `len(PAUSES) + 1` quick deaths in a row, it is reported as stopped instead.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._child_ctor = self._start
        self._pid = 0
        self._stopping = False

    def run(self, events: "Queue[Message]", ignore_signals: bool = False) -> None:
        """Run the runner; honcho calls this in a separate process."""
        die_with_parent(signal.SIGKILL)
        for number in STOP_SIGNALS:
            signal.signal(number, self._stop)
        code = self._supervise(events)
        self._events = events
        self._send_message({"returncode": code}, type="stop")

    def _supervise(self, events: "Queue[Message]", pauses: Sequence[float] = PAUSES) -> int:
        """Restart the process until it is stopped or dies too often; return the last exit code."""
        quick_deaths = 0
        while True:
            started = time.monotonic()
            super().run(_QueueWithoutStops(events))
            code: int = self._child.returncode
            if self._stopping:
                return code
            quick_deaths = quick_deaths + 1 if time.monotonic() - started < QUICK else 1
            if quick_deaths > len(pauses):
                self._print(f"died {quick_deaths} times in a row (rc={code}): giving up")
                return code
            self._print(f"died (rc={code}): starting it again")
            self._wait(pauses[quick_deaths - 1])
            if self._stopping:
                return code

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self._stopping and (left := until - time.monotonic()) > 0:
            time.sleep(
                min(left, 0.1)
            )  # in short steps, because a signal does not end a sleep (PEP 475)

    def _start(self, command: str, **options: Any) -> "subprocess.Popen[bytes]":
        child: subprocess.Popen[bytes] = Popen(command, preexec_fn=_prepare_child, **options)
        self._pid = child.pid
        if self._stopping:  # the signal came while the process was starting
            self._stop()
        return child

    def _stop(self, *_: Any) -> None:
        self._stopping = True
        if self._pid:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._pid, signal.SIGTERM)

    def _print(self, text: str) -> None:
        self._send_message(f"{self.name} {text}\n")


class _QueueWithoutStops:
    """Passes messages to the manager's queue, except messages about stopped processes."""

    def __init__(self, events: "Queue[Message]") -> None:
        self._events = events

    def put(self, message: Message) -> None:
        if message.type != "stop":
            self._events.put(message)


def _prepare_child() -> None:
    """Restore signal handlers; called in the child between fork and exec."""
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    die_with_parent()
