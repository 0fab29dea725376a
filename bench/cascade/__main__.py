"""Measure one Space whose audience is on one process, and on two.

    python -m bench.cascade [--listeners 200] [--seconds 8]

`manage.py audio --processes 2` runs with a Redis of its own. One person talks. The origin gets as
many listeners as wanted; then the same number of listeners goes to the edge. All join like pages.
"""

import argparse
import asyncio
import itertools
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import django

from config.parent_death import die_with_parent
from config.redis_server import RedisServer, free_port

ROOM, SPEAKER = "bench", "u1"
FEW = 10  # listeners; the cost of a node with so few is its constant cost
SETTLE = 2.0  # seconds before a measurement
START_WITHIN = 60.0  # seconds
JOINS_AT_ONCE = 4


@dataclass(frozen=True)
class Measurement:
    listeners: int
    cpu: float  # share of a core


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--listeners", type=int, default=200, help="on each process")
    parser.add_argument("--seconds", type=float, default=8.0, help="duration of each measurement")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="spaces-bench-") as home,
        RedisServer(Path(home) / "redis") as server,
    ):
        os.environ.update(
            REDIS_URL=server.url,
            SECRET_KEY=secrets.token_hex(),
            DJANGO_SETTINGS_MODULE="tests.audio.always_live",
            LOG_LEVEL="WARNING",
        )
        django.setup()
        with nodes(limit=options.listeners + 1):  # the speaker is a peer, too
            asyncio.run(measure(options.listeners, options.seconds))


@contextmanager
def nodes(*, limit: int) -> Iterator[None]:
    command = [sys.executable, "manage.py", "audio", "--processes", "2", "--host", "127.0.0.1"]
    process = subprocess.Popen(
        [*command, "--port", str(free_port())],
        env={**os.environ, "AUDIO_PEERS_PER_NODE": str(limit)},
        preexec_fn=die_with_parent,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait()


async def measure(listeners: int, seconds: float) -> None:
    from bench.cascade.people import Crowd  # noqa: PLC0415 - Django must be set up before

    crowd = Crowd(ROOM)
    await wait_for_nodes()
    await crowd.let_talk(SPEAKER)
    rows: dict[str, list[Measurement]] = {}
    delays: list[float] = []
    for where in ("origin", "edge"):
        for count in (FEW, listeners):
            await crowd.join(count - len(crowd.at(where)), at_once=JOINS_AT_ONCE)
            present = len(crowd.at(where))
            if present != count:
                raise SystemExit(f"{present} instead of {count} listeners are at the {where}")
            await asyncio.sleep(SETTLE)
            pid = crowd.pid_of(where)
            crowd.reset()
            before, began = cpu_seconds(pid), time.monotonic()
            await asyncio.sleep(seconds)
            cpu = (cpu_seconds(pid) - before) / (time.monotonic() - began)
            rows.setdefault(where, []).append(Measurement(count, cpu))
            delays = crowd.delays()
    print_results(rows, delays, crowd.lost, crowd.packets)
    await crowd.close()


async def wait_for_nodes() -> None:
    from audio.placement import live_nodes  # noqa: PLC0415

    async with asyncio.timeout(START_WITHIN):
        while len(live_nodes()) < 2:
            await asyncio.sleep(0.1)


def cpu_seconds(pid: int) -> float:
    """Return the processor time of all threads, as counted by the scheduler."""
    total = 0
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError):
            total += int((thread / "schedstat").read_text().split()[0])
    return total / 1e9


def capacity(few: Measurement, many: Measurement) -> float:
    """Return how many listeners would use a whole core."""
    cost = (many.cpu - few.cpu) / (many.listeners - few.listeners)
    return few.listeners + (1 - few.cpu) / cost


def print_results(
    rows: dict[str, list[Measurement]], delays: list[float], lost: int, packets: int
) -> None:
    print(f"load of the machine: {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
    print("| process | listeners | CPU of a core |")
    print("|---|---|---|")
    for where, row in itertools.chain.from_iterable(
        ((where, row) for row in found) for where, found in rows.items()
    ):
        print(f"| {where} | {row.listeners} | {row.cpu:.1%} |")
    one = capacity(*rows["origin"])
    two = one + capacity(*rows["edge"])
    print(f"\nlisteners of one Space: {one:.0f} with 1 process, {two:.0f} with 2")
    cuts = statistics.quantiles(delays, n=100)
    print(
        f"an edge's listeners get a packet {1e3 * cuts[49]:.2f} ms (p50) and "
        f"{1e3 * cuts[98]:.2f} ms (p99) after those of the origin; {lost} of {packets} lost"
    )


main()
