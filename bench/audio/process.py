"""Start a process of the bench, send it commands, and read its CPU and memory usage from /proc."""

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any


class Process:
    """Runs `python -m module argument` until `stack` is closed. Answers are lines of JSON.

    If `root` is given, `module` is the path of a script, which imports packages from `root`.
    """

    def __init__(
        self, stack: ExitStack, module: str, argument: str, *, root: Path | None = None
    ) -> None:
        self._name = module
        self._process = subprocess.Popen(
            [sys.executable, *([] if root else ["-m"]), module, argument],
            env={**os.environ, "PYTHONPATH": str(root)} if root else None,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        stack.callback(self._process.wait)
        stack.callback(self._process.terminate)

    def send(self, command: str) -> Any:
        """Send a command and return the answer."""
        _opened(self._process.stdin).write(command + "\n")
        return self.receive()

    def receive(self) -> Any:
        """Return the next answer. Raise RuntimeError if the process has ended."""
        line = _opened(self._process.stdout).readline()
        if not line:
            raise RuntimeError(f"{self._name} has ended")
        return json.loads(line)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def cpu_seconds(self) -> float:
        """Return the processor time of all threads, as counted by the scheduler.

        The values in `stat` are sampled by a timer, so they are wrong for a process that wakes up
        at the same time as the timer.
        """
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
