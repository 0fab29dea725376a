"""Prefork supervision: a parent process loads all code and forks one or more nodes.

If a node is killed, the parent forks another at once; a new process would take two seconds to
start. The parent has no sockets, threads or connections, which a fork could break.
"""

import os
import signal
import sys
import time
from dataclasses import dataclass
from types import FrameType
from typing import NamedTuple

import structlog

SIGNALS = (signal.SIGTERM, signal.SIGINT)
QUICK = 10.0  # seconds; the death of a node that lived longer starts a new count
GIVE_UP = 5  # deaths in a row after which the parent exits, too, and systemd decides

log = structlog.get_logger(__name__)


class Child(NamedTuple):
    number: int  # from 0; a replacement has the number of the node that it replaces
    lifeline: int  # a file descriptor that becomes readable when the parent dies


def run_supervised(processes: int = 1) -> Child:
    """Fork children that do the work. This function returns in children only, never in the parent.

    When a child is killed, or exits because it alone received a signal to stop, the parent forks
    another one, in which this function returns, too; after GIVE_UP deaths in quick succession, it
    exits instead. When a child fails, the parent stops the others and exits with the child's
    status. A signal to stop is passed on to all children. When the lifeline becomes readable, a
    child must stop.
    """
    lifeline, parent_end = os.pipe()
    supervisor = _Supervisor()
    for number in range(processes):
        if not supervisor.fork(number):
            break
    else:
        number = supervisor.replace_children()
    os.close(parent_end)
    return Child(number, lifeline)


@dataclass
class _History:
    """The recent past of the children with one number."""

    forked_at: float = 0.0
    deaths_in_a_row: int = 0


class _Supervisor:
    def __init__(self) -> None:
        self._ending = False
        self._numbers: dict[int, int] = {}  # pid -> number
        self._histories: dict[int, _History] = {}  # by number
        for number in SIGNALS:
            signal.signal(number, self._end)

    def fork(self, number: int) -> int:
        """Fork; return the child's pid, or 0 in the child, whose signal handlers are reset."""
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)  # until the handlers are reset
        pid = os.fork()
        if pid:
            self._numbers[pid] = number
            self._histories.setdefault(number, _History()).forked_at = time.monotonic()
        else:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        return pid

    def replace_children(self) -> int:
        """Replace children that died until the parent exits; return in children, with their
        number."""
        while True:
            number, status = self._wait()
            if self._ending:
                self._exit(os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 0)
            if os.WIFSIGNALED(status):
                log.warning("audio_node_killed", signal=os.WTERMSIG(status), number=number)
                if self._histories[number].deaths_in_a_row == GIVE_UP:
                    self._exit(f"The audio node was killed {GIVE_UP} times in a row.")
            elif os.waitstatus_to_exitcode(status):
                self._exit(os.waitstatus_to_exitcode(status))
            if not self.fork(number):
                return number

    def _wait(self) -> tuple[int, int]:
        """Wait for a child to die; return its number, and its status as wait(2) does."""
        pid, status = os.wait()
        number = self._numbers.pop(pid)
        history = self._histories[number]
        lived = time.monotonic() - history.forked_at
        history.deaths_in_a_row = history.deaths_in_a_row + 1 if lived < QUICK else 1
        return number, status

    def _exit(self, status: int | str) -> None:
        """Stop the other children, wait for them, and exit."""
        self._end(signal.SIGTERM, None)
        while self._numbers:
            self._wait()
        sys.exit(status)

    def _end(self, number: int, _: FrameType | None) -> None:
        self._ending = True
        for pid in self._numbers:
            os.kill(pid, number)
