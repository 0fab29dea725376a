"""A recognizer process: `python -m audio.recognition ENGINE MODEL SOCKET` (see `child.main`).

This module lowers the priority before it imports anything large. Where there is no `chrt` (see
`pool`), the process begins with the realtime scheduling of the audio process.
"""

import os
import sys
from importlib import import_module

NICENESS = 10


def lower_priority() -> None:
    """Give way to the audio process."""
    if sys.platform == "linux":
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
    os.nice(NICENESS)


if __name__ == "__main__":
    lower_priority()
    import_module("audio.recognition.child").main(*sys.argv[1:])
