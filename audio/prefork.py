"""The node's warm parent: it has loaded everything, so that a node that is killed is replaced in a
moment instead of the two seconds that a fresh start takes.

It holds no socket, no thread and no connection, and so nothing that a fork could break.
"""

import os
import signal
import sys
import time
from types import FrameType

import structlog

SIGNALS = (signal.SIGTERM, signal.SIGINT)
QUICK = 10.0  # seconds: a node that lived longer starts with a clean record
GIVE_UP = 5  # quick deaths in a row: the fault is not the node's alone; let a supervisor decide

log = structlog.get_logger(__name__)


def run_supervised() -> int:
    """Returns in a child only, which is to do the work; the caller itself stays behind it.

    A child that is killed is followed by another, which returns from here as well. When a child
    exits, or the keeper is asked to end, the keeper exits likewise. The file descriptor that is
    returned can be read from once the keeper is gone: the child must end then.
    """
    life, held = os.pipe()
    keeper = _Keeper()
    while keeper.fork():
        status = keeper.wait()
        if not os.WIFSIGNALED(status) or keeper.ending:
            sys.exit(os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 0)
        log.warning("audio_node_killed", signal=os.WTERMSIG(status))
        if keeper.quick_deaths == GIVE_UP:
            sys.exit(f"The audio node was killed {GIVE_UP} times in a row.")
    os.close(held)
    return life


class _Keeper:
    def __init__(self) -> None:
        self.ending = False
        self.quick_deaths = 0
        self._child = 0
        self._born = 0.0
        for number in SIGNALS:
            signal.signal(number, self._end)

    def fork(self) -> int:
        """The child's pid; 0 in the child, which stands as any process does."""
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)  # no signal may find it half born
        self._child, self._born = os.fork(), time.monotonic()
        if not self._child:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        return self._child

    def wait(self) -> int:
        """Until the child is gone; its status, as waitpid(2) tells it."""
        _, status = os.waitpid(self._child, 0)
        lived = time.monotonic() - self._born
        self.quick_deaths = self.quick_deaths + 1 if lived < QUICK else 1
        return status

    def _end(self, number: int, _: FrameType | None) -> None:
        self.ending = True
        if self._child:
            os.kill(self._child, number)
