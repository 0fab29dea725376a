"""Background tasks: loops that continue after every error, and a reliable way to end tasks."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

import structlog

PAUSE = 1.0  # seconds after a failure
MAX_CANCELLATIONS = 5
CANCELLATION_TIMEOUT = 0.1  # seconds to wait until a cancelled task ends

log = structlog.get_logger(__name__)


async def forever(work: Callable[[], Awaitable[object]], *, failed: str) -> None:
    """Call `work` in a loop that never ends; log its exceptions as the event `failed`."""
    while True:
        try:
            await work()
        except Exception as error:
            log.warning(failed, loop=work.__name__, error=repr(error))
            await asyncio.sleep(PAUSE)


async def end_all(tasks: "Iterable[asyncio.Task[None]]") -> None:
    """Cancel the tasks and wait until they end, for at most half a second.

    One cancellation may not be enough. Some libraries (e.g. redis-py) lose a cancellation that
    arrives while they wait with their own timeout, so the task would continue.
    """
    left = set(tasks)
    for _ in range(MAX_CANCELLATIONS):
        for task in left:
            task.cancel()
        if left:
            _, left = await asyncio.wait(left, timeout=CANCELLATION_TIMEOUT)
