"""Restart every web process behind nginx under many sockets, and count what people lose.

    python -m bench.restart [--sockets 500]

Exits with 1 if anybody lost an event, a request or a packet of sound.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from tests.fixtures.rolling_restart import behind_nginx, make_nginx, restart_all
from tests.fixtures.stack import Stack


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sockets", type=int, default=500)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="spaces-bench-") as folder:
        home = Path(folder)
        nginx = make_nginx(home / "nginx")
        address = f"https://127.0.0.1:{nginx.port}"
        stack = Stack(home / "home", ALLOWED_ORIGINS=address, LOG_LEVEL="WARNING").start()
        try:
            with behind_nginx(stack, home, nginx) as processes:
                begun = time.monotonic()
                outcome = asyncio.run(
                    restart_all(address, stack, processes, listeners=options.sockets)
                )
                elapsed = time.monotonic() - begun
        finally:
            stack.stop()
    print(f"{len(processes)} processes restarted in {elapsed:.0f} s")
    print(f"| {options.sockets} sockets | expected | lost |\n|---|---|---|")
    print(f"| events, for each socket and for all | {outcome.events} | {outcome.lost_events} |")
    print(f"| packets of sound | {outcome.packets} | {outcome.lost_packets} |")
    moved = sum(outcome.connections) - len(outcome.connections)
    print(f"{moved} times, a page opened its socket again")
    sys.exit(bool(outcome.lost_events or outcome.lost_packets))


if __name__ == "__main__":
    main()
