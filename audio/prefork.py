"""Prefork supervision: a parent process loads all code and forks the node.

If the node is killed, the parent forks another at once; a new process would take two seconds to
start. The parent has no sockets, threads or connections, which a fork could break.
"""

import os
import signal
import sys
import time
from types import FrameType

import structlog

SIGNALS = (signal.SIGTERM, signal.SIGINT)
QUICK = 10.0  # seconds; the death of a node that lived longer is the first of a new row
GIVE_UP = 5  # deaths in a row after which the parent exits, too, and systemd decides

log = structlog.get_logger(__name__)


def run_supervised() -> int:
    """Fork children that do the work. This function returns in children only, never in the parent.

    When a child is killed by a signal, the parent forks another one, in which this function
    returns, too. When a child exits, the parent exits with its status. A signal to stop is passed
    on to the child. The returned file descriptor becomes readable when the parent dies; then the
    child must stop.
    """
    lifeline, parent_end = os.pipe()
    supervisor = _Supervisor()
    while supervisor.fork():
        status = supervisor.wait()
        if not os.WIFSIGNALED(status) or supervisor.ending:
            sys.exit(os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 0)
        log.warning("audio_node_killed", signal=os.WTERMSIG(status))
        if supervisor.deaths_in_a_row == GIVE_UP:
            sys.exit(f"The audio node was killed {GIVE_UP} times in a row.")
    os.close(parent_end)
    return lifeline


class _Supervisor:
    def __init__(self) -> None:
        self.ending = False
        self.deaths_in_a_row = 0
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
        self.deaths_in_a_row = self.deaths_in_a_row + 1 if lived < QUICK else 1
        return status

    def _end(self, number: int, _: FrameType | None) -> None:
        self.ending = True
        if self._child:
            os.kill(self._child, number)
