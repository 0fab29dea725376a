"""Processes that do not outlive the one that started them, even when that one is killed.

Linux only (prctl(2), PR_SET_PDEATHSIG); elsewhere an ordinary stop still reaches every process.
"""

import ctypes
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1


def _prctl() -> Callable[[int, int], int] | None:
    if sys.platform != "linux":
        return None
    call: Callable[[int, int], int] = ctypes.CDLL(None, use_errno=True).prctl
    return call


_call = _prctl()  # looked up before any fork: a child may not load a library


def die_with_parent(signum: int = signal.SIGTERM) -> None:
    """Have the kernel send `signum` to this process once the thread that started it is gone.

    Kept across exec, so it serves as a `preexec_fn`.
    """
    if _call:
        _call(PR_SET_PDEATHSIG, signum)
