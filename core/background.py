"""Background tasks: loops that survive every error, and a way to end tasks for certain."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

import structlog

PAUSE = 1.0  # seconds after a failure
TRIES = 5
PATIENCE = 0.1  # seconds between two tries

log = structlog.get_logger(__name__)


async def forever(work: Callable[[], Awaitable[object]], *, failed: str) -> None:
    """Call `work` again and again; log what it raises as the event `failed`."""
    while True:
        try:
            await work()
        except Exception as error:
            log.warning(failed, loop=work.__name__, error=repr(error))
            await asyncio.sleep(PAUSE)


async def end_all(tasks: "Iterable[asyncio.Task[None]]") -> None:
    """Cancel the tasks and wait until they end, at most half a second.

    One cancellation may not be enough: a library can swallow one that comes while it waits with a
    timeout of its own (redis-py does), and the task would go on.
    """
    left = set(tasks)
    for _ in range(TRIES):
        for task in left:
            task.cancel()
        if left:
            _, left = await asyncio.wait(left, timeout=PATIENCE)
