"""Whatever of `bin/run` is killed is started again; one that keeps dying ends it all."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter

from tests.fixtures.stack import ROOT, STARTED

RECOVERY = 60.0  # seconds, generous: the machine is shared; speeds are measured in bench/
NOTICED = 30.0
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


def wait_until(condition, deadline):
    until = time.monotonic() + deadline
    while not condition():
        assert time.monotonic() < until, "it never came true"
        time.sleep(0.02)


def unwell(copy):
    return {name: told for name, told in copy.health()[1].items() if not told["ok"]}


def test_who_is_killed_is_started_again_alone_and_a_killed_parent_takes_all_along(
    make_stack, prepared_home
):
    copy = make_stack(prepared=prepared_home).start()
    names = ("redis", "web", "worker", "beat", "audio")
    for name in names:
        copy.kill(name)
    copy.wait_until_well(RECOVERY)
    assert Counter(name for name, _ in STARTED.findall(copy.console())) == dict.fromkeys(names, 2)

    for name in ("worker", "beat"):
        os.kill(copy.children()[name], signal.SIGSTOP)  # they hang: /healthz names them
    hanging = {
        "worker": {"ok": False, "error": "no worker"},
        "beat": {"ok": False, "error": "no beat: nothing happens on schedule"},
    }
    wait_until(lambda: unwell(copy) == hanging, NOTICED)
    for name in ("worker", "beat"):
        copy.kill(name)
    copy.wait_until_well(RECOVERY)
    assert copy.stop(signal.SIGKILL) == -signal.SIGKILL


def test_one_that_keeps_dying_is_given_up_in_a_clear_line_and_ends_all():
    ended = subprocess.run(
        [sys.executable, "-c", TWO], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 3
    assert ended.stdout.count("frail died (rc=3): starting it again") == 4
    assert ended.stdout.count("frail died 5 times in a row (rc=3): giving up") == 1
    assert "sending SIGTERM to steady" in ended.stdout
