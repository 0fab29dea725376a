"""Limit how often a function runs, no matter how often it is requested."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger(__name__)


class Throttle:
    """Runs `act` soon after the first `request`, then at most once per `every` seconds. After the
    last `request`, `act` always runs once more.

    The first run waits for a tenth of `every`, so that several requests cause only one run. An
    exception in `act` is only logged, since the next run makes up for the failed one.
    """

    def __init__(self, every: float, act: Callable[[], Awaitable[None]]) -> None:
        self.every = every
        self.act = act
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
            await self.act()
        except Exception as error:
            act = getattr(
                self.act, "__qualname__", repr(self.act)
            )  # a functools.partial has no name
            log.warning("announcement_lost", act=act, error=repr(error))
