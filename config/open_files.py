"""The limit on open files of this process. Each socket counts as one."""

import contextlib
import resource

WANTED = 65536  # the same limit as in the systemd units in deploy/


def raise_limit() -> None:
    """Raise the limit as far as the system allows.

    The default is often 1,024, which is used up by a thousand idle sockets.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED if hard == resource.RLIM_INFINITY else min(WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(ValueError, OSError):  # macOS allows less than its hard limit
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
