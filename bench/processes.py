"""Start a server process, wait until it listens, and read its processor time."""

import contextlib
import os
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from config.parent_death import die_with_parent
from config.redis_server import free_port

TICKS = os.sysconf("SC_CLK_TCK")
DAPHNE = ["-m", "daphne", "-v", "0", "-e", "tcp:port={port}:interface=127.0.0.1:backlog=2048"]


@contextlib.contextmanager
def serve(*command: str, cwd: Path | None = None) -> Iterator[tuple[int, int]]:
    """Run a server on a free port; yield the port and the process id once it accepts connections.

    "{port}" in the command stands for the port, which is also in the environment as PORT. Raise
    SystemExit if the server ends before it listens.
    """
    port = free_port()
    process = subprocess.Popen(
        [argument.replace("{port}", str(port)) for argument in command],
        cwd=cwd,
        env={**os.environ, "PORT": str(port)},
        preexec_fn=die_with_parent,
    )
    try:
        _wait_for(port, process)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    while process.poll() is None:
        with contextlib.suppress(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port)).close()
            return
        time.sleep(0.1)
    raise SystemExit(f"{process.args!r} ended with {process.returncode} before it listened")


def processor_time(pids: Sequence[int]) -> float:
    """Return the seconds of user and system time that these processes used so far (proc(5))."""
    after_name = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids]
    return sum(int(fields[11]) + int(fields[12]) for fields in after_name) / TICKS
