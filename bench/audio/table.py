"""Format the measurements as Markdown."""

import sys
from datetime import UTC, datetime
from typing import Any


def write_table(rows: list[dict[str, Any]], joins: list[float], browser: list[float]) -> str:
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
        f"- slope: {slope:.4%} of a core per listener, {1 / slope if slope > 0 else 0:.0f} "
        f"listeners per core, {(last['kb'] - first['kb']) / between:.0f} KB per listener",
        f"- join (request to first packet), {len(ms)} joins: "
        f"p50 {ms[len(ms) // 2]:.0f} ms, p95 {ms[len(ms) * 95 // 100]:.0f} ms",
    ]
    if browser:
        lines.append(
            f"- mouth to ear, Chromium to Chromium, {len(browser)} bursts: p50 "
            f"{browser[len(browser) // 2]:.0f} ms, p95 {browser[len(browser) * 95 // 100]:.0f} ms"
        )
    return "\n".join(lines)
