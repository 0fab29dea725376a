"""Read how many nodes a machine runs, each in a process with a UDP port of its own."""

import os

MAX = 16  # this many ports are documented, published by Compose, and opened in firewalls
AUTO = "auto"


def parse(text: str) -> int:
    """Return the number of processes; "auto" is one per core. Raises ValueError."""
    number = _cores() if text == AUTO else int(text)
    if not 1 <= number <= MAX:
        raise ValueError(f"must be {AUTO} or a number from 1 to {MAX}")
    return number


def _cores() -> int:
    """Return on how many cores this process may run, at most `MAX`."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(usable or 1, MAX)
