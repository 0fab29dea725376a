"""`python -m bench.audio [--sizes 100,200,400] [--seconds 10] [--no-browser]`."""

import argparse
import asyncio
import json
import os
import sys
import tempfile
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

from bench.audio.mouth_to_ear import measure_mouth_to_ear
from bench.audio.node import SPEAKERS
from bench.audio.node_client import NodeClient
from bench.audio.process import Process
from bench.audio.table import write_table

START_WITHIN = 20.0  # seconds


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.audio", description=__doc__)
    parser.add_argument("--sizes", default="100,200,400", help="numbers of listeners, ascending")
    parser.add_argument("--seconds", type=float, default=10.0, help="duration of each measurement")
    parser.add_argument("--no-browser", action="store_true", help="don't measure mouth to ear")
    options = parser.parse_args()
    with suppress(PermissionError):
        os.nice(-15)  # for all processes of the bench, so that other processes disturb it less
    sizes = [int(size) for size in options.sizes.split(",")]
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        path = str(Path(folder, "node.sock"))
        node = Process(stack, "bench.audio.node", path)
        asyncio.run(wait_until_node_listens(path))
        browser = [] if options.no_browser else asyncio.run(measure_mouth_to_ear(path))
        speakers = Process(stack, "bench.audio.speakers", path)
        for _ in SPEAKERS:
            speakers.receive()
        listeners = Process(stack, "bench.audio.listeners", path)
        rows, joins = asyncio.run(measure(path, node, listeners, sizes, options.seconds))
    print(write_table(rows, joins, browser))


async def wait_until_node_listens(path: str) -> None:
    async with asyncio.timeout(START_WITHIN):
        while True:
            try:
                (await NodeClient.open(path)).close()
                return
            except OSError:
                await asyncio.sleep(0.05)


async def measure(
    path: str, node: Process, listeners: Process, sizes: list[int], seconds: float
) -> tuple[list[dict[str, Any]], list[float]]:
    node_client = await NodeClient.open(path)
    rows: list[dict[str, Any]] = []
    joins: list[float] = []
    present = 0
    for size in sizes:
        joins += listeners.send(f"join {size - present}")["joins"]
        present = size
        await asyncio.sleep(1.0)
        await node_client.request("reset")
        before = node.cpu_seconds
        row = listeners.send(f"measure {seconds}")
        row["listeners"] = size
        row["cpu"] = (node.cpu_seconds - before) / seconds
        row["kb"] = node.resident_kb
        row["stats"] = await node_client.request("stats")
        rows.append(row)
        print(json.dumps(row), file=sys.stderr, flush=True)
    node_client.close()
    return rows, sorted(joins)


main()
