"""End a process when its parent dies, even if the parent is killed.

This works on Linux only (prctl(2), PR_SET_PDEATHSIG). On other systems, child processes end only if
the parent is stopped normally.
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


_call = _prctl()  # loaded now, because a forked child must not load a library


def die_with_parent(signum: int = signal.SIGTERM) -> None:
    """Have the kernel send `signum` to this process when the thread that started it ends.

    The setting survives exec, so this can be a `preexec_fn`.
    """
    if _call:
        _call(PR_SET_PDEATHSIG, signum)
