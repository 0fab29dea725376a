"""Measure what a join costs the server: our sockets and, beside them, a Socket.IO server.

    python -m bench.joins [--sockets 500] [--no-peer]

All sockets are opened at once. A join lasts from opening the connection until the greeting, which
is sent once the person is admitted, or, on the socket of every page, is known. User and system time
is read from /proc.
"""

import argparse
import asyncio
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import django

from bench import demo_web, socketio
from bench.processes import processor_time
from bench.sockets import Crowd

WARM_UP = 60  # sockets that join before the measurement and stay


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sockets", type=int, default=500)
    parser.add_argument("--no-peer", action="store_true", help="leave out Socket.IO")
    options = parser.parse_args()
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="spaces-bench-")))
        web = stack.enter_context(demo_web.running(home, "config.asgi:application"))
        peer = None if options.no_peer else stack.enter_context(socketio.server())
        asyncio.run(_measure_all(web, peer, options.sockets))


async def _measure_all(web: tuple[int, int], peer: tuple[int, int] | None, sockets: int) -> None:
    django.setup()
    from bench import room  # noqa: PLC0415 - models can only be imported now

    space_id, cookies = await asyncio.to_thread(room.prepare, WARM_UP + sockets)
    print(f"{sockets} sockets join at once, beside {WARM_UP} that are in the room")
    print("| server | CPU per join | last greeted after |\n|---|---|---|")
    crowd = Crowd(room.MARK)
    await _row("ours", crowd, web, f"/ws/spaces/{space_id}/", cookies)
    await _row("ours, every page", Crowd(room.MARK), web, "/ws/people/", cookies)
    if peer:
        crowd = Crowd(room.MARK, first_message=socketio.CONNECT)
        await _row("Socket.IO", crowd, peer, socketio.PATH, cookies)


async def _row(
    name: str, crowd: Crowd, server: tuple[int, int], path: str, cookies: list[str]
) -> None:
    port, pid = server
    await crowd.open(port, path, cookies[:WARM_UP])
    late = cookies[WARM_UP:]
    before, started = processor_time([pid]), time.perf_counter()
    await crowd.open(port, path, late, at_once=len(late))
    elapsed = time.perf_counter() - started
    cpu = processor_time([pid]) - before
    if crowd.lost:
        raise RuntimeError(f"{name}: {crowd.lost} sockets lost")
    print(f"| {name} | {cpu / len(late) * 1e3:.1f} ms | {elapsed:.2f} s |", flush=True)
    crowd.close()


if __name__ == "__main__":
    main()
