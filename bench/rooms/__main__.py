"""`python -m bench.rooms [--rooms 8] [--idle 0] [--other WORKTREE] [--rounds 3] [--spy PY_SPY]`."""

import argparse
import asyncio
import statistics
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import NamedTuple

from bench.audio import node
from bench.audio.node_client import NodeClient
from bench.audio.process import Process

ROOT = Path(__file__).resolve().parents[2]
START_WITHIN = 20.0  # seconds
SETTLE = 3.0  # seconds after a change, so that encoders, gates and estimates are steady
TICKS = 50  # per second
LISTENERS = 5  # in a room
TALKING = {2: "two talking", 1: "one of two talking", 0: "silent"}
SHOWN = 15  # functions of a profile


class Cost(NamedTuple):
    """The processor time of the engine's process in one situation."""

    situation: str
    rooms: int
    cpu: float  # seconds per second
    lost: int  # packets


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.rooms", description=__doc__)
    parser.add_argument("--rooms", type=int, default=8, help="rooms that talk")
    parser.add_argument("--idle", type=int, default=0, help="rooms with two silent people")
    parser.add_argument("--seconds", type=float, default=6.0, help="of each measurement")
    parser.add_argument("--other", type=Path, help="a worktree of a commit to compare with")
    parser.add_argument("--rounds", type=int, default=3, help="of both commits, in turn")
    parser.add_argument("--spy", type=Path, help="py-spy, to show where the time goes")
    options = parser.parse_args()
    roots = [options.other.resolve(), ROOT] if options.other else [ROOT]
    costs: dict[tuple[Path, str], list[Cost]] = defaultdict(list)
    for _ in range(options.rounds):
        for root in roots:
            for cost in measure(root, options):
                costs[root, cost.situation].append(cost)
    for root in roots:
        print(f"\n{'this tree' if root == ROOT else root}\n")
        print("| situation | CPU of a room per tick | rooms per core | packets lost |")
        print("|---|---|---|---|")
        for (measured, situation), each in costs.items():
            if measured == root:
                share = statistics.median(cost.cpu / cost.rooms for cost in each)
                print(
                    f"| {situation} | {share / TICKS * 1e6:.0f} µs | {1 / share:.0f} "
                    f"| {sum(cost.lost for cost in each)} |"
                )
    if options.other:
        print("\n| situation | CPU, this tree : other | in each round |")
        print("|---|---|---|")
        for (measured, situation), each in costs.items():
            if measured == ROOT:
                pairs = zip(each, costs[roots[0], situation], strict=True)
                ratios = [ours.cpu / theirs.cpu for ours, theirs in pairs]
                rounds = ", ".join(f"{ratio:.2f}" for ratio in ratios)
                print(f"| {situation} | {statistics.median(ratios):.2f} | {rounds} |")


def measure(root: Path, options: argparse.Namespace) -> list[Cost]:
    """Measure the engine of the commit that is checked out at `root`."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        path = str(Path(folder, "node.sock"))
        engine = Process(stack, node.__file__, path, root=root)
        asyncio.run(wait_until_node_listens(path))
        people = Process(stack, "bench.rooms.people", path)
        without_rooms = measure_cpu(engine, people, options.seconds)[0]
        costs = []

        def add(situation: str, rooms: int) -> None:
            cpu, lost = measure_cpu(engine, people, options.seconds)
            costs.append(Cost(situation, rooms, cpu - without_rooms, lost))
            if options.spy:
                show_profile(options.spy, engine.pid, options.seconds, situation)

        if options.rooms:
            people.send(f"open {options.rooms} {LISTENERS}")
            for talking, situation in TALKING.items():
                people.send(f"talk {talking}")
                add(situation, options.rooms)
        if options.idle:
            without_rooms = measure_cpu(engine, people, options.seconds)[0]
            people.send(f"open {options.idle} 0")
            add("idle, without listeners", options.idle)
        return costs


def measure_cpu(engine: Process, people: Process, seconds: float) -> tuple[float, int]:
    """Return the processor time per second, and the number of lost packets."""
    people.send(f"measure {SETTLE}")
    before = engine.cpu_seconds
    lost = people.send(f"measure {seconds}")["lost"]
    return (engine.cpu_seconds - before) / seconds, lost


async def wait_until_node_listens(path: str) -> None:
    async with asyncio.timeout(START_WITHIN):
        while True:
            with suppress(OSError):
                (await NodeClient.open(path)).close()
                return
            await asyncio.sleep(0.05)


def show_profile(spy: Path, pid: int, seconds: float, situation: str) -> None:
    """Print the functions in which the process spends its time, by their own time."""
    with tempfile.NamedTemporaryFile() as file:
        subprocess.run(
            [
                spy, "record", "--native", "--format", "raw", "--rate", "500",
                "--duration", f"{seconds:.0f}", "--output", file.name, "--pid", str(pid),
            ],
            check=True,
            capture_output=True,
        )  # fmt: skip
        samples = Counter[str]()
        for line in Path(file.name).read_text().splitlines():
            frames, _, count = line.rpartition(" ")
            samples[subject_of(frames.split(";")[-1])] += int(count)
    print(f"\n{situation}: where the time goes", file=sys.stderr)
    for function, number in samples.most_common(SHOWN):
        print(f"  {number / samples.total():6.1%}  {function}", file=sys.stderr)


def subject_of(frame: str) -> str:
    """Return the function of a frame in Python, or the library of a native one."""
    function, _, place = frame.rpartition(" (")
    if ".so" in place:
        return place.rstrip(")").rpartition("/")[2].partition(".")[0]
    return f"{place.partition(':')[0].rstrip(')')} {function}"


main()
