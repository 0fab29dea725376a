"""Run the Socket.IO server of `server.js`, and publish events through it."""

import asyncio
import contextlib
import http.client
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.processes import serve

FOLDER = Path(__file__).parent
PATH = "/socket.io/?EIO=4&transport=websocket"
CONNECT = b"40"  # Engine.IO's type "message", then Socket.IO's type "CONNECT"


@contextlib.contextmanager
def server() -> Iterator[tuple[int, int]]:
    """Run the server; yield its port and process id. Install its packages if they are missing."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        raise SystemExit("The comparison needs Node.js with npm. Or leave it out: --no-peer.")
    if not (FOLDER / "node_modules").is_dir():
        install = [npm, "ci", "--omit=optional", "--no-audit", "--no-fund", "--silent"]
        subprocess.run(install, cwd=FOLDER, check=True)
    with serve(node, "server.js", cwd=FOLDER) as (port, pid):
        yield port, pid


async def publish(port: int, frame: dict[str, Any]) -> None:
    """Send an event to everyone."""
    await asyncio.to_thread(_post, port, json.dumps(frame))


def _post(port: int, event: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("POST", "/", event)
    connection.getresponse().read()
    connection.close()
