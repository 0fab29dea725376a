"""Measure how long people in a room notice killed processes, and many people joining at once.

    python -m bench.faults [--pages 500] [--ears 20]

The whole site runs as `bin/run` starts it, with a temporary database. Pages without a browser
(bench/visitors.py) run in this process, on the same machine. The demo's Space plays a generated
sound, so listeners receive packets although nobody speaks.
"""

import argparse
import asyncio
import itertools
import os
import resource
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import django

from bench.visitors import Page
from config.redis_server import RedisServer
from tests.fixtures.stack import Stack

PATIENCE = 120.0  # seconds
STORM = 10.0  # minimum seconds in which the gaps of the present listeners are measured
STORM_ENDS = 45.0  # seconds after which the measurement ends even if some people hear nothing
SECRET_KEY = "only-for-the-bench"  # noqa: S105 - for a site that runs for a minute

Row = tuple[str, str, str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=500)
    parser.add_argument("--ears", type=int, default=20)
    options = parser.parse_args()
    with suppress(OSError):
        os.nice(-15)  # for all processes of the bench, so that other processes disturb it less
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # two sockets per page
    with (
        tempfile.TemporaryDirectory(prefix="spaces-bench-") as home,
        RedisServer(Path(home) / "redis") as server,
    ):
        stack = Stack(
            Path(home),
            REDIS_URL=server.url,
            SECRET_KEY=SECRET_KEY,
            LOG_LEVEL="WARNING",
            SOCKETS_PER_ADDRESS="100000",  # all sockets come from this machine
        )
        stack.start()
        try:
            rows = asyncio.run(_measure(stack, server.url, options.pages, options.ears))
        finally:
            stack.stop()
    print("| fault | measured | target |")
    print("|---|---|---|")
    for row in rows:
        print(f"| {' | '.join(row)} |")


async def _measure(stack: Stack, redis_url: str, pages: int, ears: int) -> list[Row]:
    make_page = await asyncio.to_thread(_sign_in, stack, redis_url, pages + ears)
    rows: list[Row] = []
    async with _room(make_page(wants_sound=True) for _ in range(ears)) as hearing:
        await _until(lambda: all(page.heard for page in hearing))
        for victims, target in (("node", "≤ 3 s"), ("node and its supervisor", "≤ 3 s")):
            took = await _kill_node(stack, hearing, with_supervisor="supervisor" in victims)
            rows.append(
                (f"{victims} killed: sound is back for {ears}, p50 and last", summary(took), target)
            )
        async with _room(make_page(wants_sound=True, counts=False) for _ in range(pages)) as crowd:
            rows += await _measure_storm(hearing, crowd)
    async with _room(make_page() for _ in range(pages)) as crowd:
        await _until(lambda: all(page.greeted for page in crowd))
        killed = time.time()
        await asyncio.to_thread(stack.kill, "web")
        await _until(lambda: all(page.greeted > killed for page in crowd))
        took = [page.greeted - killed for page in crowd]
        rows.append(
            (f"web killed: {pages} sockets reconnected, p50 and last", summary(took), "≤ 10 s")
        )
    return rows


async def _kill_node(stack: Stack, hearing: list[Page], *, with_supervisor: bool) -> list[float]:
    supervisor = stack.children()["audio"]
    node = int(Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text().split()[0])
    killed = time.time()
    for pid in [supervisor, node] if with_supervisor else [node]:
        os.kill(pid, signal.SIGKILL)
    await _until(lambda: all(page.listener and page.heard > killed for page in hearing))
    return [page.heard - killed for page in hearing]


async def _measure_storm(hearing: list[Page], crowd: list[Page]) -> list[Row]:
    """Measure the effects while all pages of `crowd` join at once."""
    began = time.time()
    for page in hearing:
        if page.listener:
            page.listener.reset()
    await _until(lambda: all(page.greeted for page in crowd))
    with suppress(TimeoutError):
        await _until(lambda: all(page.heard for page in crowd), STORM_ENDS)
    await asyncio.sleep(began + STORM - time.time())
    heard = [page.heard - began for page in crowd if page.heard]
    listeners = [page.listener for page in hearing if page.listener]
    gaps = sorted(gap for listener in listeners for gap in listener.gaps)
    lost = sum(listener.lost for listener in listeners)
    name = f"{len(crowd)} join at once"
    return [
        (
            f"{name}: accepted, p50 and last",
            summary(page.accepted - began for page in crowd),
            "≤ 1 s",
        ),
        (
            f"{name}: hello received, p50 and last",
            summary(page.greeted - began for page in crowd),
            "",
        ),
        (f"{name}: sound starts for {len(heard)}, p50 and last", summary(heard), ""),
        (
            f"{name}: gap between packets of the {len(hearing)} present listeners, p99 and longest",
            f"{gaps[len(gaps) * 99 // 100] * 1e3:.0f} ms, {gaps[-1] * 1e3:.0f} ms",
            "p99 ≤ 60 ms",
        ),
        (f"{name}: packets lost by present listeners", f"{lost} of {len(gaps) + lost}", ""),
    ]


def summary(seconds: Iterable[float]) -> str:
    ordered = sorted(seconds)
    return f"{ordered[len(ordered) // 2]:.1f} s, {ordered[-1]:.1f} s"


def _sign_in(stack: Stack, redis_url: str, people: int) -> Callable[..., Page]:
    """Sign in this many people; return a function that creates a page for the next one of them."""
    os.environ.update(
        SPACES_HOME=str(stack.home),
        REDIS_URL=redis_url,
        SECRET_KEY=SECRET_KEY,
        PORT=str(stack.port),
        DEMO="1",
        DJANGO_SETTINGS_MODULE="config.settings",
    )
    django.setup()
    from bench import room  # noqa: PLC0415 - models can only be imported now

    space_id, cookies = room.prepare(people)
    cycled = itertools.cycle(cookies)

    def make_page(wants_sound: bool = False, counts: bool = True) -> Page:
        return Page(stack.port, f"/ws/spaces/{space_id}/", next(cycled), wants_sound, counts)

    return make_page


@asynccontextmanager
async def _room(pages: Iterable[Page]) -> AsyncIterator[list[Page]]:
    inside = list(pages)
    lives = [asyncio.create_task(page.live()) for page in inside]
    try:
        yield inside
    finally:
        for life in lives:
            life.cancel()
        await asyncio.gather(*lives, return_exceptions=True)


async def _until(condition: Callable[[], bool], patience: float = PATIENCE) -> None:
    async with asyncio.timeout(patience):
        while not condition():
            await asyncio.sleep(0.01)


if __name__ == "__main__":
    main()
