"""How many files this process may have open: each socket is one."""

import contextlib
import resource

WANTED = 65536  # as the units in deploy/ set


def raise_limit() -> None:
    """Take as many as the system allows. What a shell or a unit starts with is often 1,024, which a
    thousand idle sockets use up."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED if hard == resource.RLIM_INFINITY else min(WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(ValueError, OSError):  # macOS allows less than it says
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
