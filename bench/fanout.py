"""Measure the server's cost per delivery to a socket: our hub and a naive Channels consumer.

    python -m bench.fanout [--sockets 500] [--events 60] [--rate 4]

Both run in one daphne process. Its user and system time is read from /proc, and the time that it
uses without events is subtracted. All sockets are in one room, each signed in as a different
person. Each event is published once and must arrive at every socket.
"""

import argparse
import asyncio
import contextlib
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import django

from bench.sockets import Crowd
from config.parent_death import die_with_parent
from config.redis_server import RedisServer, free_port

TICKS = os.sysconf("SC_CLK_TCK")
SETTLE = 3.0  # seconds for the events that report the number of listeners after the joins
IDLE = 10.0  # seconds without events; the cost of this time is subtracted
WARM_UP = 5  # events


@dataclass(frozen=True)
class Result:
    name: str
    deliveries: int
    cpu: float  # seconds, without the cost of the idle process
    idle: float  # share of a core while there are no events
    waits: list[float]  # seconds from publishing an event until the last socket received it

    @property
    def cost(self) -> float:
        """Return the microseconds of CPU per delivery."""
        return self.cpu / self.deliveries * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sockets", type=int, default=500)
    parser.add_argument("--events", type=int, default=60)
    parser.add_argument("--rate", type=float, default=4.0, help="events per second")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="spaces-bench-") as home,
        RedisServer(Path(home) / "redis") as server,
        _site(Path(home), server.url) as (port, pid),
    ):
        results = asyncio.run(_measure_both(port, pid, options))
    _print(results, options)


@contextlib.contextmanager
def _site(home: Path, redis_url: str) -> Iterator[tuple[int, int]]:
    """Run the demo site and the naive consumer; yield daphne's port and pid."""
    port = free_port()
    os.environ.update(
        SPACES_HOME=str(home),
        REDIS_URL=redis_url,
        PORT=str(port),
        DEMO="1",
        SOCKETS_PER_ADDRESS="100000",  # all sockets come from this machine
        LOG_LEVEL="WARNING",
        DJANGO_SETTINGS_MODULE="config.settings",
    )
    subprocess.run([sys.executable, "-m", "config.prepare"], check=True)
    endpoint = f"tcp:port={port}:interface=127.0.0.1:backlog=2048"
    daphne = [sys.executable, "-m", "daphne", "-v", "0", "-e", endpoint]
    process = subprocess.Popen([*daphne, "bench.naive:application"], preexec_fn=die_with_parent)
    try:
        _wait_for(port, process)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    while process.poll() is None:
        with contextlib.suppress(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port)).close()
            return
        time.sleep(0.1)
    raise SystemExit(f"daphne ended with {process.returncode} before it listened")


async def _measure_both(port: int, pid: int, options: argparse.Namespace) -> list[Result]:
    django.setup()
    from bench import room  # noqa: PLC0415 - models can only be imported now

    space_id, cookies = await asyncio.to_thread(room.prepare, options.sockets)
    fan_outs = {
        "naive": ("/naive/", room.publish_naively),
        "hub": (f"/ws/spaces/{space_id}/", room.publish),
    }
    results = []
    for name, (path, publish) in fan_outs.items():
        crowd = Crowd(room.MARK)
        await crowd.open(port, path, cookies)
        results.append(await _measure(name, crowd, partial(publish, space_id), pid, options))
        crowd.close()
    return results


async def _measure(
    name: str,
    crowd: Crowd,
    publish: Callable[[], Awaitable[None]],
    pid: int,
    options: argparse.Namespace,
) -> Result:
    for _ in range(WARM_UP):
        await publish()
        await crowd.wait_for_all()
    await asyncio.sleep(SETTLE)
    before = _cpu(pid)
    await asyncio.sleep(IDLE)
    idle = (_cpu(pid) - before) / IDLE
    crowd.deliveries, waits = 0, []
    before, started = _cpu(pid), time.perf_counter()
    for number in range(options.events):
        await asyncio.sleep(max(0.0, started + number / options.rate - time.perf_counter()))
        published = time.perf_counter()
        await publish()
        await crowd.wait_for_all()
        waits.append(time.perf_counter() - published)
    elapsed = time.perf_counter() - started
    if crowd.lost or crowd.deliveries != options.sockets * options.events:
        raise RuntimeError(f"{name}: {crowd.lost} sockets lost, {crowd.deliveries} deliveries")
    return Result(name, crowd.deliveries, _cpu(pid) - before - idle * elapsed, idle, waits)


def _cpu(pid: int) -> float:
    """Return the seconds of user and system time so far (proc(5))."""
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / TICKS


def _print(results: list[Result], options: argparse.Namespace) -> None:
    print(f"{options.sockets} sockets in one room, {options.events} events, {options.rate:g}/s")
    print("| fan-out | CPU per delivery | idle | received by all, p50 | p95 |")
    print("|---|---|---|---|---|")
    for result in results:
        waits = statistics.quantiles(result.waits, n=20)
        print(
            f"| {result.name} | {result.cost:.1f} µs | {result.idle:.1%} "
            f"| {waits[9] * 1e3:.0f} ms | {waits[18] * 1e3:.0f} ms |"
        )
    naive, hub = results
    print(f"The hub is {naive.cost / hub.cost:.1f} times cheaper.")


if __name__ == "__main__":
    main()
