"""Ending background tasks for certain."""

import asyncio
from collections.abc import Iterable

TRIES = 5
PATIENCE = 0.1  # seconds between two tries


async def end_all(tasks: "Iterable[asyncio.Task[None]]") -> None:
    """Cancel the tasks and see them end, within half a second.

    Once may not be enough: a library can swallow a cancellation that comes while it waits with a
    timeout of its own (redis-py does), and the task would go on as if nothing had been said.
    """
    left = set(tasks)
    for _ in range(TRIES):
        for task in left:
            task.cancel()
        if left:
            _, left = await asyncio.wait(left, timeout=PATIENCE)
