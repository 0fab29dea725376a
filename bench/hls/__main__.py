"""Measure the packager: how late its segments are, and what they cost.

    python -m bench.hls [--spaces 4] [--changes 8]

`manage.py audio` and `manage.py hls` run with a Redis of their own. One person talks in each Space:
a tone, whose pitch changes now and then. A player polls the playlist of the first Space. A change
is late by the time from the moment at which it was sent to the moment at which the player can
fetch it; a listener is behind by the age of the end of the playlist and the sound that a player
holds back.
"""

import argparse
import asyncio
import os
import random
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

from config.parent_death import die_with_parent
from config.redis_server import RedisServer, free_port

HELD_BACK = 5.0  # seconds; BEHIND in static/js/room/call/delayed-sound.js
POLL_EVERY = 0.1  # seconds; more often than players do, to measure the packager itself
START_WITHIN = 60.0  # seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--spaces", type=int, default=4, help="that are packed at the same time")
    parser.add_argument("--changes", type=int, default=8, help="that are measured")
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
            HLS_FOLDER=str(Path(home) / "hls"),
            AUDIO_HOST="127.0.0.1",
            AUDIO_PORT=str(free_port()),
        )
        django.setup()
        with process("audio"), process("hls") as packager:
            asyncio.run(measure(packager.pid, options.spaces, options.changes))


@contextmanager
def process(command: str) -> Iterator["subprocess.Popen[bytes]"]:
    running = subprocess.Popen([sys.executable, "manage.py", command], preexec_fn=die_with_parent)
    try:
        yield running
    finally:
        running.terminate()
        running.wait()


async def measure(packager: int, spaces: int, changes: int) -> None:
    """`packager` is the id of its process."""
    from bench.hls.stage import TONES, Stage  # noqa: PLC0415 - Django must be set up before
    from config.settings import HLS_FOLDER  # noqa: PLC0415

    stages = [Stage(f"bench{number}", HLS_FOLDER) for number in range(spaces)]
    first = stages[0]
    await first.wait_for_a_node(START_WITHIN)
    for stage in stages:
        await stage.open()
    for stage in stages:
        await stage.wait_until_ready(START_WITHIN)
    cpu, began = cpu_seconds(packager), time.monotonic()
    late = []
    for number in range(changes):
        await asyncio.sleep(2 + 2 * random.random())  # anywhere in a segment
        late.append(await first.time_to_hear(TONES[(number + 1) % 2], poll_every=POLL_EVERY))
    share = (cpu_seconds(packager) - cpu) / (time.monotonic() - began) / spaces
    behind = [HELD_BACK + each for each in first.until_edge]
    print(f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores, {spaces} Spaces")
    print(f"a change can be fetched after  {summary(late)}")
    print(f"a listener is behind by        {summary(behind)}")
    print(f"the packager, for each Space   {share:.1%} of a core")
    print(f"a listener, with playlists     {first.kilobits_per_second:.0f} kbit/s")
    for stage in stages:
        await stage.close()


def summary(seconds: list[float]) -> str:
    return f"{statistics.median(seconds):.1f} s (median), {max(seconds):.1f} s (longest)"


def cpu_seconds(pid: int) -> float:
    """Return the processor time of a process, with all of its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


main()
