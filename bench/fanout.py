"""What one delivery to one socket costs the server: our hub beside a naive Channels consumer.

    python -m bench.fanout [--sockets 500] [--events 60] [--rate 4]

Both stand in one daphne process, which is measured from outside (/proc: user and system time, less
what it uses when nothing is said). All sockets are in one room and are signed in as different
people. Each event is said once and awaited at every socket, so none may be lost.
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
SETTLE = 3.0  # seconds after joining: first announcements of the audience
IDLE = 10.0  # seconds of silence that are measured and subtracted
WARM_UP = 5  # events


@dataclass(frozen=True)
class Result:
    name: str
    deliveries: int
    cpu: float  # seconds above idle
    idle: float  # share of a core when nothing is said
    waits: list[float]  # seconds from saying until the last socket had it

    @property
    def cost(self) -> float:
        """Microseconds of CPU a delivery."""
        return self.cpu / self.deliveries * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sockets", type=int, default=500)
    parser.add_argument("--events", type=int, default=60)
    parser.add_argument("--rate", type=float, default=4.0, help="events a second")
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
    """The demo site with the naive consumer beside it; yields daphne's port and pid."""
    port = free_port()
    os.environ.update(
        SPACES_HOME=str(home),
        REDIS_URL=redis_url,
        PORT=str(port),
        DEMO="1",
        SOCKETS_PER_ADDRESS="100000",  # all of them come from this machine
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
    from bench import room  # noqa: PLC0415 - models exist only now

    space_id, cookies = await asyncio.to_thread(room.prepare, options.sockets)
    said = {"naive": ("/naive/", room.say_naively), "hub": (f"/ws/spaces/{space_id}/", room.say)}
    results = []
    for name, (path, say) in said.items():
        crowd = Crowd(room.MARK)
        await crowd.open(port, path, cookies)
        results.append(await _measure(name, crowd, partial(say, space_id), pid, options))
        crowd.close()
    return results


async def _measure(
    name: str,
    crowd: Crowd,
    say: Callable[[], Awaitable[None]],
    pid: int,
    options: argparse.Namespace,
) -> Result:
    for _ in range(WARM_UP):
        await say()
        await crowd.wait_for_all()
    await asyncio.sleep(SETTLE)
    before = _cpu(pid)
    await asyncio.sleep(IDLE)
    idle = (_cpu(pid) - before) / IDLE
    crowd.deliveries, waits = 0, []
    before, started = _cpu(pid), time.perf_counter()
    for number in range(options.events):
        await asyncio.sleep(max(0.0, started + number / options.rate - time.perf_counter()))
        said = time.perf_counter()
        await say()
        await crowd.wait_for_all()
        waits.append(time.perf_counter() - said)
    elapsed = time.perf_counter() - started
    if crowd.lost or crowd.deliveries != options.sockets * options.events:
        raise RuntimeError(f"{name}: {crowd.lost} sockets lost, {crowd.deliveries} deliveries")
    return Result(name, crowd.deliveries, _cpu(pid) - before - idle * elapsed, idle, waits)


def _cpu(pid: int) -> float:
    """Seconds of user and system time so far (proc(5))."""
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / TICKS


def _print(results: list[Result], options: argparse.Namespace) -> None:
    print(f"{options.sockets} sockets in one room, {options.events} events, {options.rate:g}/s")
    print("| fan-out | CPU a delivery | idle | all have it, p50 | p95 |")
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
