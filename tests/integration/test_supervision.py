"""`bin/run` restarts killed processes, and stops when one keeps failing."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter

from tests.fixtures.stack import ROOT, STARTED

RECOVERY_TIMEOUT = 60.0  # seconds; generous, as the machine is shared
NOTICE_TIMEOUT = 60.0  # seconds until /healthz reports a process that hangs
TWO = """
import os, sys
from config.processes import Processes, Tee
processes = Processes(Tee(sys.stdout, open(os.devnull, "wb")), greeting="")
processes.health_address = "http://127.0.0.1:1/"
processes.add_process("steady", "exec sleep 60")
processes.add_process("frail", "exit 3")
processes.loop()
sys.exit(processes.returncode)
"""


def wait_until_reported(copy, failures):
    """Return when /healthz reports these failures. It may report others, such as an old queue."""
    until = time.monotonic() + NOTICE_TIMEOUT
    while failures != {name: copy.health()[1].get(name) for name in failures}:
        assert time.monotonic() < until, f"{copy.health()}\n{copy.console()}"
        time.sleep(0.05)


def test_killed_processes_are_restarted_and_all_end_with_their_parent(make_stack, prepared_home):
    copy = make_stack(prepared=prepared_home).start()
    names = ("redis", "web", "worker", "beat", "audio", "hls", "stripe")
    for name in names:
        copy.kill(name)
    copy.wait_until_healthy(RECOVERY_TIMEOUT)
    assert Counter(name for name, _ in STARTED.findall(copy.console())) == dict.fromkeys(names, 2)

    for name in ("worker", "beat"):
        os.kill(copy.children()[name], signal.SIGSTOP)  # they hang, and /healthz names them
    hanging = {
        "worker": {"ok": False, "error": "no worker"},
        "beat": {"ok": False, "error": "no beat, so no scheduled task runs"},
    }
    wait_until_reported(copy, hanging)
    for name in ("worker", "beat"):
        copy.kill(name)
    copy.wait_until_healthy(RECOVERY_TIMEOUT)
    assert copy.stop(signal.SIGKILL) == -signal.SIGKILL


def test_a_process_that_keeps_failing_stops_everything():
    ended = subprocess.run(
        [sys.executable, "-c", TWO], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 3
    assert ended.stdout.count("frail died (rc=3): starting it again") == 4
    assert ended.stdout.count("frail died 5 times in a row (rc=3): giving up") == 1
    assert "sending SIGTERM to steady" in ended.stdout
