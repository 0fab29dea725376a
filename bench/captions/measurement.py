"""One measurement: an engine with listeners and talkers, for some seconds."""

import asyncio
import json
import os
import signal
import tempfile
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from bench.audio.node_client import NodeClient
from bench.audio.process import Process
from tests.read_aloud import TEXT, word_error_rate, words_of

START_WITHIN = 30.0  # seconds
LOAD_WITHIN = 60.0


@dataclass(frozen=True)
class Setup:
    recognizer: str  # import path, or ""
    model: str = ""
    talkers: int = 1
    listeners: int = 0
    processes: int = 1
    stopped: bool = False  # by SIGSTOP, as soon as the recognizer works
    one_core: bool = False  # the engine and its recognizers share one core
    works: bool = True  # whether the recognizer is expected to work


@dataclass
class Result:
    setup: Setup
    lateness: dict[str, int]  # number of ticks by the upper bound of their lateness in ms
    lines: list[list[Any]] = field(default_factory=list)
    cpu: float = 0.0  # seconds per second, of all recognizers
    resident_mb: float = 0.0
    state: str = ""
    lost: float = 0.0  # seconds of sound

    @property
    def late_p99(self) -> str:
        seen, total = 0, sum(self.lateness.values())
        for bound, count in self.lateness.items():
            seen += count
            if seen >= 0.99 * total:
                return bound
        return "inf"

    @property
    def word_errors(self) -> float | None:
        """Return the share of wrong words, except in the first and last line (perhaps cut off)."""
        shares = []
        for person in {line[0] for line in self.lines}:
            final = [line[2] for line in self.lines if line[0] == person and line[5]]
            text = " ".join(final[1:-1])
            if words_of(text):
                shares.append(word_error_rate(text, within=f"{TEXT} {TEXT} {TEXT}"))
        return sum(shares) / len(shares) if shares else None

    @property
    def interim_after(self) -> float | None:
        """Return the median of the seconds from the start of a line to its first text."""
        first: dict[str, float] = {}
        for _, key, _, started, _, _, arrived in self.lines:
            first.setdefault(key, arrived - started)
        return median(first.values()) if first else None

    @property
    def final_after(self) -> float | None:
        """Return the median of the seconds from the end of a line to its final text."""
        delays = [arrived - ended for _, _, _, _, ended, final, arrived in self.lines if final]
        return median(delays) if delays else None


async def measure(setup: Setup, seconds: float) -> Result:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        path = str(Path(folder, "node.sock"))
        people = [f"talker{number}" for number in range(setup.talkers)]
        plan: dict[str, Any] = {
            "recognizer": setup.recognizer,
            "model": setup.model,
            "people": people,
        }
        plan |= {"processes": setup.processes, "path": path, "one_core": setup.one_core}
        Process(stack, "bench.captions.node", json.dumps(plan))
        node = await _connect(path)
        if setup.listeners:
            Process(stack, "bench.audio.listeners", path).send(f"join {setup.listeners}")
        talkers = Process(stack, "bench.captions.talkers", json.dumps(plan))
        for _ in people:
            talkers.receive()
        if setup.recognizer and setup.works:
            await _wait_for_words(node)
        pids = [each["pid"] for each in await node.request("processes") if each["pid"]]
        if setup.stopped:
            for pid in pids:
                os.kill(pid, signal.SIGSTOP)
        await node.request("captions")
        await node.request("reset")
        before = sum(map(_cpu_of, pids))
        await asyncio.sleep(seconds)
        result = Result(setup, (await node.request("stats"))["histogram"])
        result.cpu = (sum(map(_cpu_of, pids)) - before) / seconds
        result.resident_mb = sum(map(_resident_mb_of, pids))
        result.lines = await node.request("captions")
        processes = await node.request("processes")
        result.state = ", ".join(sorted({each["state"] for each in processes}))
        result.lost = sum(each["lost"] for each in processes)
        node.close()
        return result


async def _connect(path: str) -> NodeClient:
    async with asyncio.timeout(START_WITHIN):
        while True:
            try:
                return await NodeClient.open(path)
            except OSError:
                await asyncio.sleep(0.05)


async def _wait_for_words(node: NodeClient) -> None:
    async with asyncio.timeout(LOAD_WITHIN):
        while not await node.request("captions"):
            await asyncio.sleep(0.2)


def _cpu_of(pid: int) -> float:
    """Return the processor time of all threads in seconds; 0 for a process that has ended."""
    with suppress(OSError):
        threads = Path(f"/proc/{pid}/task").iterdir()
        return sum(int((each / "schedstat").read_text().split()[0]) for each in threads) / 1e9
    return 0.0


def _resident_mb_of(pid: int) -> float:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    return 0.0
