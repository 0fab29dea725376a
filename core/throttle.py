"""Limit how often a function runs, no matter how often it is requested."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger(__name__)


class Throttle:
    """Runs `work` soon after the first `request`, then at most once per `every` seconds. After the
    last `request`, `work` always runs once more.

    The first run waits for a tenth of `every`, so that several requests cause only one run. An
    exception in `work` is only logged, since the next run makes up for the failed one.
    """

    def __init__(self, every: float, work: Callable[[], Awaitable[None]]) -> None:
        self.every = every
        self.work = work
        self.last = 0.0
        self.due: asyncio.Task[None] | None = None

    def request(self) -> None:
        if self.due is None:
            self.due = asyncio.ensure_future(self._run())

    async def _run(self) -> None:
        await asyncio.sleep(max(self.every / 10, self.last + self.every - time.monotonic()))
        self.due = None
        self.last = time.monotonic()
        try:
            await self.work()
        except Exception as error:
            # A functools.partial has no name.
            name = getattr(self.work, "__qualname__", repr(self.work))
            log.warning("throttled_work_failed", work=name, error=repr(error))
