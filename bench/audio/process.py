"""What a process has used, from /proc."""

from pathlib import Path


def cpu_seconds(pid: int) -> float:
    """User and system time of all its threads, by the scheduler's own account: the ticks in `stat`
    are sampled, and a process that wakes up with the timer is sampled wrongly."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9


def resident_kb(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise LookupError("no VmRSS")
