"""`bin/run` starts everything with one command, and leaves nothing running when it stops."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
import stripe

from billing.sandbox.sandbox import KEY
from tests.fixtures.stack import READY, ROOT, Stack

BIN_RUN = str(ROOT / "bin" / "run")


def run(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, BIN_RUN],
        env={"PATH": os.environ["PATH"], **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )


def request(address: str) -> None:
    with suppress(HTTPError), urlopen(address) as answer:  # noqa: S310 - our own http address
        answer.read()


def test_two_copies_can_run_side_by_side_and_print_how_to_sign_in(make_stack, prepared_home):
    command = (sys.executable, BIN_RUN)
    copies = [make_stack(name, command, prepared_home) for name in ("one", "two")]
    for copy in copies:
        copy.launch()
    for copy in copies:
        copy.wait_until_healthy()
        copy.wait_for_line(f"Spaces is ready: {copy.url}")
        copy.wait_for_line("Sign in as ana, ben, cleo, dan, eve or admin; password: spaces-demo")
    log = copies[0].home / "logs" / "spaces.log"
    for address in ("/spaces/", "/nowhere/"):
        request(f"{copies[0].url}{address}")
        assert f"GET {address}" in log.read_text()
    assert copies[0].console().endswith("Ctrl-C stops it.\n\n")  # requests are only in the log file
    assert copies[0].stop(signal.SIGINT) == 130
    assert copies[1].stop(signal.SIGTERM) == 143


def test_a_start_after_an_interrupted_one_keeps_key_and_static_files(make_stack):
    copy = make_stack()
    key, stamp = copy.home / "secret_key", copy.home / "static" / "sources.sha256"
    stop_at_line("web started", copy)
    before = key.read_text(), stamp.stat().st_mtime_ns
    stop_at_line("audio started", copy)
    assert (key.read_text(), stamp.stat().st_mtime_ns) == before
    assert key.stat().st_mode & 0o777 == 0o600


def stop_at_line(line, copy):
    copy.launch()
    copy.wait_for_line(line)
    assert copy.stop() == 143


@pytest.mark.parametrize(
    ("name", "kind", "protocol"),
    [
        ("PORT", socket.SOCK_STREAM, "TCP"),
        ("STRIPE_SANDBOX_PORT", socket.SOCK_STREAM, "TCP"),
        ("AUDIO_PORT", socket.SOCK_DGRAM, "UDP"),
    ],
)
def test_a_port_in_use_is_reported_in_one_line(make_stack, name, kind, protocol):
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind(("127.0.0.1", 0))
        if kind == socket.SOCK_STREAM:
            taken.listen()
        port = str(taken.getsockname()[1])
        result = run(**{**make_stack().environment, name: port})
    expected = f"{protocol} port {port} cannot be used (Address already in use). Set {name}.\n"
    assert (result.returncode, result.stderr) == (1, expected)


def test_several_audio_nodes_run_on_consecutive_ports(make_stack, prepared_home):
    copy = make_stack(prepared=prepared_home, AUDIO_PROCESSES="2").start()
    until = time.monotonic() + READY
    while len(nodes := copy.health()[1]["audio"]["nodes"]) < 2:
        assert time.monotonic() < until, copy.console()
        time.sleep(0.05)
    first = copy.audio_port
    assert {int(name.rpartition("-")[2]) for name in nodes} == {first, first + 1}


def test_a_taken_port_of_a_further_audio_node_is_reported_in_one_line(make_stack):
    environment = make_stack(AUDIO_PROCESSES="2").environment
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("", int(environment["AUDIO_PORT"]) + 1))
        result = run(**environment)
        port = taken.getsockname()[1]
    expected = f"UDP port {port} cannot be used (Address already in use). Set AUDIO_PORT.\n"
    assert (result.returncode, result.stderr) == (1, expected)


@pytest.mark.parametrize(
    ("given", "named"),
    [({"HOST": "192.0.2.1"}, "HOST"), ({"BASE_URL": "https://spaces.example"}, "BASE_URL")],
)
def test_the_demo_refuses_to_run_on_a_public_host(make_stack, given, named):
    result = run(**{**make_stack().environment, **given})
    assert result.returncode == 1
    assert result.stderr.startswith(f"{named} is ")
    assert result.stderr.count("\n") == 1


def test_a_home_in_use_is_reported_in_one_line(stack):
    result = run(**Stack(stack.home).environment)
    expected = f"Spaces is already running in {stack.home}. Stop it, or set SPACES_HOME.\n"
    assert (result.returncode, result.stderr) == (1, expected)


def test_a_demo_has_a_stand_in_for_stripe(stack):
    client = stripe.StripeClient(
        KEY, base_addresses={"api": f"http://127.0.0.1:{stack.sandbox_port}"}
    )
    assert client.v1.balance.retrieve().livemode is False
    secret = stack.home / "keys" / "stripe_webhook_secret"
    shown = stack.shell("from django.conf import settings; print(settings.STRIPE_WEBHOOK_SECRET)")
    assert shown == secret.read_text()
    assert secret.stat().st_mode & 0o777 == 0o600


def test_help_lists_the_settings():
    result = subprocess.run(
        [sys.executable, BIN_RUN, "--help"], capture_output=True, text=True, check=True
    )
    for name in (
        "PORT",
        "AUDIO_PORT",
        "AUDIO_PROCESSES",
        "STRIPE_SANDBOX_PORT",
        "SPACES_HOME",
        "DEMO",
    ):
        assert f"\n    {name} " in result.stdout


def output_of_bootstrap(code, path):
    """Return the error output when `code` fails in a module of bin/; no program is on its PATH."""
    script = f"import sys; sys.path.insert(0, sys.argv[1]); {code}"
    result = subprocess.run(
        [sys.executable, "-c", script, str(Path(BIN_RUN).parent)],
        env={"PATH": str(path)},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 1
    return result.stderr


def test_a_python_that_is_too_old_is_reported(tmp_path):
    output = output_of_bootstrap(
        "sys.version_info = (3, 9, 2); import bootstrap; bootstrap.require_python()", tmp_path
    )
    assert output == (
        "Spaces needs Python 3.11 or newer, but this is 3.9.2. Install a newer one.\n"
    )


def test_missing_programs_are_reported_if_they_cannot_be_installed(tmp_path):
    output = output_of_bootstrap(
        "import packages; packages.require({'no-such-program': 'its-package'})", tmp_path
    )
    assert output == "Missing: no-such-program. Install (Debian: apt install its-package).\n"


def test_a_python_without_venv_is_reported(tmp_path):
    output = output_of_bootstrap(
        "import bootstrap; bootstrap.VENV = bootstrap.ROOT / 'not-there';"
        "bootstrap.PYTHON = bootstrap.VENV / 'bin' / 'python';"
        "bootstrap.find_spec = lambda name: None if name == 'ensurepip' else 1;"
        "bootstrap.ensure_venv(bootstrap.RUNTIME)",
        tmp_path,
    )
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert output == (
        f"This Python has no venv module. Install it (Debian: apt install python{version}-venv).\n"
    )
