"""Prefork supervision: a parent process that has loaded all code and forks the node.

A node that is killed is replaced by another fork at once, while a fresh start takes two seconds.
The parent holds no socket, thread or connection, so nothing that a fork could break.
"""

import os
import signal
import sys
import time
from types import FrameType

import structlog

SIGNALS = (signal.SIGTERM, signal.SIGINT)
QUICK = 10.0  # seconds: the death of a node that lived longer does not count as quick
GIVE_UP = 5  # quick deaths in a row after which the parent exits too: let systemd decide

log = structlog.get_logger(__name__)


def run_supervised() -> int:
    """Fork children that do the work: this returns in a child only, never in the parent.

    When a child is killed by a signal, the parent forks another one, which returns from here as
    well. When a child exits, or the parent is asked to stop, the parent exits likewise. The
    returned file descriptor becomes readable when the parent has died: the child must stop then.
    """
    lifeline, held = os.pipe()
    supervisor = _Supervisor()
    while supervisor.fork():
        status = supervisor.wait()
        if not os.WIFSIGNALED(status) or supervisor.ending:
            sys.exit(os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 0)
        log.warning("audio_node_killed", signal=os.WTERMSIG(status))
        if supervisor.quick_deaths == GIVE_UP:
            sys.exit(f"The audio node was killed {GIVE_UP} times in a row.")
    os.close(held)
    return lifeline


class _Supervisor:
    def __init__(self) -> None:
        self.ending = False
        self.quick_deaths = 0
        self._child = 0
        self._forked_at = 0.0
        for number in SIGNALS:
            signal.signal(number, self._end)

    def fork(self) -> int:
        """Fork; return the child's pid, or 0 in the child, whose signal handlers are reset."""
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)  # until the handlers are reset
        self._child, self._forked_at = os.fork(), time.monotonic()
        if not self._child:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        return self._child

    def wait(self) -> int:
        """Wait for the child to die; return its status as waitpid(2) does."""
        _, status = os.waitpid(self._child, 0)
        lived = time.monotonic() - self._forked_at
        self.quick_deaths = self.quick_deaths + 1 if lived < QUICK else 1
        return status

    def _end(self, number: int, _: FrameType | None) -> None:
        self.ending = True
        if self._child:
            os.kill(self._child, number)
