"""A process of the bench: what is said to it, what it answers, what it uses (from /proc)."""

import json
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any


class Process:
    """`python -m module argument`, ended with `stack`; speaks by lines of JSON."""

    def __init__(self, stack: ExitStack, module: str, argument: str) -> None:
        self._name = module
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, argument],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        stack.callback(self._process.wait)
        stack.callback(self._process.terminate)

    def tell(self, command: str) -> Any:
        """Its answer to a command."""
        _opened(self._process.stdin).write(command + "\n")
        return self.hear()

    def hear(self) -> Any:
        """What it says next; raises RuntimeError if it has ended."""
        line = _opened(self._process.stdout).readline()
        if not line:
            raise RuntimeError(f"{self._name} has ended")
        return json.loads(line)

    @property
    def cpu_seconds(self) -> float:
        """User and system time of all its threads, by the scheduler's own account: the ticks in
        `stat` are sampled, and a process that wakes up with the timer is sampled wrongly."""
        threads = Path(f"/proc/{self._process.pid}/task").iterdir()
        return sum(int((each / "schedstat").read_text().split()[0]) for each in threads) / 1e9

    @property
    def resident_kb(self) -> int:
        for line in Path(f"/proc/{self._process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        raise LookupError("no VmRSS")


def _opened(stream: IO[str] | None) -> IO[str]:
    if stream is None:
        raise RuntimeError("not a pipe")
    return stream
