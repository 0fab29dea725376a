"""Free UDP ports for the nodes of a machine."""

import socket
from contextlib import ExitStack


def free_ports(count: int) -> int:
    """Return the first of this many free UDP ports in a row."""
    while True:
        with ExitStack() as stack:
            first = 0
            try:
                for number in range(count):
                    probe = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
                    probe.bind(("127.0.0.1", first + number if first else 0))
                    first = first or int(probe.getsockname()[1])
            except (OSError, OverflowError):
                continue
            return first
