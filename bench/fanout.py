"""Measure the server's cost per delivery to a socket: our hub and, beside it, two other fan-outs.

    python -m bench.fanout [--sockets 500] [--events 60] [--rate 4] [--no-peer]

The others are a naive Channels consumer, which runs in the same daphne process as our hub, and a
Socket.IO server in Node.js. User and system time is read from /proc, and the time that a process
uses without events is subtracted. All sockets are in one room. Each event is published once and
must arrive at every socket.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import django

from bench import demo_web, socketio
from bench.processes import processor_time
from bench.sockets import Crowd

SETTLE = 3.0  # seconds for the events that report the number of listeners after the joins
IDLE = 10.0  # seconds without events; the cost of this time is subtracted
WARM_UP = 5  # events


@dataclass(frozen=True)
class Result:
    name: str
    deliveries: int
    cpu: float  # seconds, without the cost of the idle process
    idle: float  # share of a core while there are no events
    delays: list[float]  # seconds from publishing an event until a socket received it
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
    parser.add_argument("--no-peer", action="store_true", help="leave out Socket.IO")
    options = parser.parse_args()
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="spaces-bench-")))
        web = stack.enter_context(demo_web.running(home, "bench.naive:application"))
        peer = None if options.no_peer else stack.enter_context(socketio.server())
        results = asyncio.run(_measure_all(web, peer, options))
    _print(results, options)


async def _measure_all(
    web: tuple[int, int], peer: tuple[int, int] | None, options: argparse.Namespace
) -> list[Result]:
    django.setup()
    from bench import room  # noqa: PLC0415 - models can only be imported now

    space_id, cookies = await asyncio.to_thread(room.prepare, options.sockets)
    (port, pid), results = web, []
    for name, path, publish in (
        ("naive", "/naive/", room.publish_naively),
        ("hub", f"/ws/spaces/{space_id}/", room.publish),
    ):
        crowd = Crowd(room.MARK)
        await crowd.open(port, path, cookies)
        results.append(await _measure(name, crowd, partial(publish, space_id), pid, options))
        crowd.close()
    if peer:
        port, pid = peer
        crowd = Crowd(room.MARK, first_message=socketio.CONNECT)
        await crowd.open(port, socketio.PATH, cookies)
        publish_to_peer = partial(socketio.publish, port, room.EVENT.frame())
        results.append(await _measure("Socket.IO", crowd, publish_to_peer, pid, options))
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
    before = processor_time([pid])
    await asyncio.sleep(IDLE)
    idle = (processor_time([pid]) - before) / IDLE
    crowd.deliveries = 0
    delays: list[float] = []
    waits: list[float] = []
    before, started = processor_time([pid]), time.perf_counter()
    for number in range(options.events):
        await asyncio.sleep(max(0.0, started + number / options.rate - time.perf_counter()))
        crowd.delivered_at.clear()
        published = time.perf_counter()
        await publish()
        await crowd.wait_for_all()
        waits.append(time.perf_counter() - published)
        delays += (at - published for at in crowd.delivered_at)
    elapsed = time.perf_counter() - started
    if crowd.lost or crowd.deliveries != options.sockets * options.events:
        raise RuntimeError(f"{name}: {crowd.lost} sockets lost, {crowd.deliveries} deliveries")
    cpu = processor_time([pid]) - before - idle * elapsed
    return Result(name, crowd.deliveries, cpu, idle, delays, waits)


def _print(results: list[Result], options: argparse.Namespace) -> None:
    print(f"{options.sockets} sockets in one room, {options.events} events, {options.rate:g}/s")
    print("| fan-out | CPU per delivery | idle | delay, p50 | p99 | received by all, p50 |")
    print("|---|---|---|---|---|---|")
    for result in results:
        delays = statistics.quantiles(result.delays, n=100)
        print(
            f"| {result.name} | {result.cost:.1f} µs | {result.idle:.1%} "
            f"| {delays[49] * 1e3:.0f} ms | {delays[98] * 1e3:.0f} ms "
            f"| {statistics.median(result.waits) * 1e3:.0f} ms |"
        )
    costs = {result.name: result.cost for result in results}
    for name, cost in costs.items():
        if name != "hub":
            print(f"CPU per delivery of our hub: {costs['hub'] / cost:.2f} times that of {name}.")


if __name__ == "__main__":
    main()
