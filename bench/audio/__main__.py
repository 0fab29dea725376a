"""`python -m bench.audio [--sizes 100,200,400] [--seconds 10] [--no-browser]`, from the root."""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.audio.asking import Asking
from bench.audio.mouth_to_ear import measure_mouth_to_ear
from bench.audio.process import cpu_seconds, resident_kb

START_WITHIN = 20.0  # seconds


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.audio", description=__doc__)
    parser.add_argument("--sizes", default="100,200,400", help="listeners, ascending")
    parser.add_argument("--seconds", type=float, default=10.0, help="of each measurement")
    parser.add_argument("--no-browser", action="store_true", help="leave out mouth to ear")
    options = parser.parse_args()
    with suppress(PermissionError):
        os.nice(-15)  # all of us: other work on the machine is not what is measured
    sizes = [int(size) for size in options.sizes.split(",")]
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        path = str(Path(folder, "node.sock"))
        node = start(stack, "bench.audio.node", path)
        asyncio.run(until_it_listens(path))
        browser = [] if options.no_browser else asyncio.run(measure_mouth_to_ear(path))
        speakers = start(stack, "bench.audio.speakers", path)
        speakers.stdout.readline()
        speakers.stdout.readline()
        listeners = start(stack, "bench.audio.listeners", path)
        rows, joins = asyncio.run(measure(path, node.pid, listeners, sizes, options.seconds))
    print(table(rows, joins, browser))


def start(stack: ExitStack, module: str, path: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", module, path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    )
    stack.callback(process.wait)
    stack.callback(process.terminate)
    return process


async def until_it_listens(path: str) -> None:
    async with asyncio.timeout(START_WITHIN):
        while True:
            try:
                (await Asking.open(path)).close()
                return
            except OSError:
                await asyncio.sleep(0.05)


async def measure(
    path: str, node: int, listeners: subprocess.Popen[str], sizes: list[int], seconds: float
) -> tuple[list[dict[str, Any]], list[float]]:
    asking = await Asking.open(path)
    rows: list[dict[str, Any]] = []
    joins: list[float] = []
    present = 0
    for size in sizes:
        joins += tell(listeners, f"join {size - present}")["joins"]
        present = size
        await asyncio.sleep(1.0)
        await asking.ask("forget")
        before = cpu_seconds(node)
        row = tell(listeners, f"measure {seconds}")
        row["listeners"] = size
        row["cpu"] = (cpu_seconds(node) - before) / seconds
        row["kb"] = resident_kb(node)
        row["stats"] = await asking.ask("stats")
        rows.append(row)
        print(json.dumps(row), file=sys.stderr, flush=True)
    asking.close()
    return rows, sorted(joins)


def tell(process: subprocess.Popen[str], command: str) -> Any:
    process.stdin.write(command + "\n")
    return json.loads(process.stdout.readline())


def table(rows: list[dict[str, Any]], joins: list[float], browser: list[float]) -> str:
    first, last = rows[0], rows[-1]
    between = last["listeners"] - first["listeners"] or 1
    slope = (last["cpu"] - first["cpu"]) / between
    lines = [
        f"Measured {datetime.now(UTC):%Y-%m-%d}, Python {sys.version.split()[0]}, two people "
        f"talking, scheduling {'rr' if last['stats']['realtime'] else 'other'}.",
        "",
        "| listeners | CPU of a core | node KB | gap p50 | gap p99 | lost | tick late p50, p99 |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {row['listeners']} | {row['cpu']:.1%} | {row['kb']} | {1000 * row['gap_p50']:.1f} ms "
        f"| {1000 * row['gap_p99']:.1f} ms | {row['lost']} of {row['packets']} "
        f"| {row['stats']['lateness_p50']:g}, {row['stats']['lateness_p99']:g} ms |"
        for row in rows
    ]
    ms = [1000 * seconds for seconds in joins]
    lines += [
        "",
        f"- slope: {slope:.4%} of a core a listener, {1 / slope if slope > 0 else 0:.0f} "
        f"listeners a core, {(last['kb'] - first['kb']) / between:.0f} KB a listener",
        f"- join (asking to first packet), {len(ms)} joins: "
        f"p50 {ms[len(ms) // 2]:.0f} ms, p95 {ms[len(ms) * 95 // 100]:.0f} ms",
    ]
    if browser:
        lines.append(
            f"- mouth to ear, Chromium to Chromium, {len(browser)} bursts: p50 "
            f"{browser[len(browser) // 2]:.0f} ms, p95 {browser[len(browser) * 95 // 100]:.0f} ms"
        )
    return "\n".join(lines)


main()
