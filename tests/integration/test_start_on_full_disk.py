"""`bin/run` reports a full disk in one line."""

import subprocess
import sys

import pytest

from tests.fixtures.stack import ROOT


@pytest.fixture
def make_disk(tmp_path):
    """`make_disk(megabytes)` mounts a small disk, if the test runs as root."""
    mounted = []

    def make(megabytes):
        folder = tmp_path / f"disk{megabytes}"
        folder.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
        if subprocess.run(command, capture_output=True).returncode:
            pytest.skip("only root makes a small disk")
        mounted.append(folder)
        return folder

    yield make
    for folder in mounted:
        subprocess.run(["umount", str(folder)], check=True)


def run(module, environment):
    return subprocess.run(
        [sys.executable, "-m", module],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_too_little_disk_space_to_start_is_reported_in_one_line(make_stack, make_disk):
    home = make_disk(1)
    ended = run("config.stack", {**make_stack().environment, "SPACES_HOME": str(home)})
    assert ended.returncode == 1
    assert ended.stderr == (
        f"1 MB are free on the disk of {home}, but Spaces needs 50 to start."
        " Free some space, or set SPACES_HOME.\n"
    )


def test_a_disk_that_fills_up_during_the_start_is_reported_in_one_line(make_stack, make_disk):
    home = make_disk(1)
    environment = {**make_stack().environment, "SPACES_HOME": str(home), "SECRET_KEY": "x" * 50}
    ended = run("config.prepare", {**environment, "DEMO": "1"})
    assert ended.stderr == (
        f"Nothing can be written to {home}: the disk is full or read-only."
        " Free some space, or set SPACES_HOME.\n"
    )
    assert ended.returncode == 28
