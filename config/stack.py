"""Run all of Spaces on one machine, for `bin/run`.

The Procfile lists the processes. A process that dies is restarted; if it dies again and again, all
processes are stopped (config/processes.py).
"""

import fcntl
import ipaddress
import os
import secrets
import shlex
import socket
import subprocess
import sys
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from environ import Env
from honcho.environ import parse_procfile

from audio import process_count
from billing.sandbox import secret as webhook_secret
from billing.sandbox.sandbox import KEY as SANDBOX_KEY
from config import disk
from config.private_home import make_private
from config.processes import Processes, Tee
from config.redis_server import RedisServer

ROOT = Path(__file__).resolve().parent.parent
SANDBOX_HOST = "127.0.0.1"


def main() -> int:
    home = Path(os.environ.get("SPACES_HOME") or ROOT / "var").resolve()
    os.umask(0o077)  # so that other users can't read the files that any of these processes writes
    try:
        make_private(home)
    except OSError as error:
        sys.exit(f"SPACES_HOME can't be used: {home}: {error.strerror}. Set it to another folder.")
    disk.require_space(home)
    try:
        return _run(home)
    except OSError as error:
        if disk.is_full(error):
            disk.leave(home)
        raise


def _run(home: Path) -> int:
    logs = home / "logs"
    environment = _environment(home, logs)
    _require_loopback_in_demo(environment)
    run_lock = _lock(home)
    _require_free_port(socket.SOCK_STREAM, environment["HOST"], environment, "PORT")
    _require_free_audio_ports(environment)
    has_sandbox = _is_demo(environment) and not environment.get("STRIPE_SECRET_KEY")
    if has_sandbox:
        _require_free_port(socket.SOCK_STREAM, SANDBOX_HOST, environment, "STRIPE_SANDBOX_PORT")
        environment |= _sandbox_settings(home, environment)
    _rotate(logs)
    commands = dict(parse_procfile((ROOT / "Procfile").read_text()).processes)
    if not has_sandbox:
        del commands["stripe"]
    if not Env.parse_value(environment.get("HLS", "1"), bool):
        del commands["hls"]
    if "REDIS_URL" in os.environ:
        _prepare(environment)
    else:
        with RedisServer(home / "redis") as server:
            environment["REDIS_URL"] = server.url
            _prepare(environment)
        commands = {"redis": f"exec {shlex.join(server.command)}", **commands}
    with run_lock, open(logs / "run.log", "wb", buffering=0) as log:
        processes = Processes(Tee(sys.stdout, log), greeting=_greeting(environment))
        processes.health_url = f"http://{environment['HOST']}:{environment['PORT']}/healthz"
        for name, command in commands.items():
            processes.add_process(name, command, env=environment, cwd=str(ROOT))
        processes.loop()
        return int(processes.returncode or 0)


def _environment(home: Path, logs: Path) -> dict[str, str]:
    defaults = {
        "PORT": "8000",
        "AUDIO_PORT": "20777",
        "AUDIO_PROCESSES": process_count.AUTO,
        "STRIPE_SANDBOX_PORT": "8004",
        "HOST": "127.0.0.1",
        "DEMO": "1",
        "LOG_FORMAT": "console",
        "LOG_FILE": str(logs / "spaces.log"),
        "PYTHONUNBUFFERED": "1",
    }
    given = {name: value for name, value in os.environ.items() if value or name not in defaults}
    environment = {**defaults, **given, "SPACES_HOME": str(home), "PYTHON": sys.executable}
    environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
    if not environment.get("SECRET_KEY"):
        environment["SECRET_KEY"] = _secret_key(home / "secret_key")
    return environment


def _sandbox_settings(home: Path, environment: dict[str, str]) -> dict[str, str]:
    """Return the settings with which a demo sells tickets through the sandbox, not Stripe."""
    return {
        "STRIPE_SECRET_KEY": SANDBOX_KEY,
        "STRIPE_WEBHOOK_SECRET": webhook_secret.load(home / "keys" / "stripe_webhook_secret"),
        "STRIPE_API_BASE": f"http://{SANDBOX_HOST}:{environment['STRIPE_SANDBOX_PORT']}",
    }


def _secret_key(path: Path) -> str:
    """Return the stored key; create it if it is missing. So sessions survive a restart."""
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text()


def _require_loopback_in_demo(environment: dict[str, str]) -> None:
    """Exit if a demo could be reached from other machines, because everyone knows its password."""
    if not _is_demo(environment):
        return
    hosts = {"HOST": environment["HOST"]}
    if environment.get("BASE_URL"):
        hosts["BASE_URL"] = urlsplit(environment["BASE_URL"]).hostname or ""
    for name, host in hosts.items():
        if not _is_loopback(host):
            sys.exit(f"{name} is {host}, which other machines can reach. This needs DEMO=0.")


def _is_demo(environment: dict[str, str]) -> bool:
    return bool(Env.parse_value(environment["DEMO"], bool))  # parsed as in config/settings.py


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _lock(home: Path) -> IO[str]:
    run_lock = open(home / "run.lock", "w")  # noqa: SIM115 - open, and so locked, until the end
    try:
        fcntl.flock(run_lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        sys.exit(f"Spaces is already running in {home}. Stop it, or set SPACES_HOME.")
    return run_lock


def _require_free_audio_ports(environment: dict[str, str]) -> None:
    """Exit if one of the audio nodes' ports, which follow each other, cannot be used."""
    name = "AUDIO_PORT"
    _require_free_port(socket.SOCK_DGRAM, "", environment, name)
    try:
        processes = process_count.parse(environment["AUDIO_PROCESSES"])
    except ValueError:
        sys.exit(
            f"AUDIO_PROCESSES must be {process_count.AUTO} or a number from 1 to"
            f" {process_count.MAX}, not {environment['AUDIO_PROCESSES']!r}."
        )
    for number in range(1, processes):
        port = str(int(environment[name]) + number)
        _require_free_port(socket.SOCK_DGRAM, "", {name: port}, name)


def _require_free_port(
    kind: socket.SocketKind, host: str, environment: dict[str, str], name: str
) -> None:
    protocol = "TCP" if kind == socket.SOCK_STREAM else "UDP"
    value = environment[name]
    if not value.isdecimal() or not 0 < int(value) < 65536:
        sys.exit(f"{name} must be a port between 1 and 65535, not {value!r}.")
    with socket.socket(socket.AF_INET, kind) as probe:
        if kind == socket.SOCK_STREAM:  # ignore old connections in TIME_WAIT
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(value)))
        except OSError as error:
            sys.exit(f"{protocol} port {value} cannot be used ({error.strerror}). Set {name}.")


def _prepare(environment: dict[str, str]) -> None:
    code = subprocess.run(
        [sys.executable, "-m", "config.prepare"], cwd=ROOT, env=environment
    ).returncode
    if code == disk.EXIT_CODE:
        sys.exit(code)
    if code:
        sys.exit(f"Could not prepare the database and the static files (exit code {code}).")


def _rotate(logs: Path) -> None:
    """Rename the logs of the previous run, so that they are not overwritten."""
    logs.mkdir(exist_ok=True)
    for log in (logs / "run.log", logs / "spaces.log"):
        if log.exists():
            log.replace(log.with_name(f"{log.name}.1"))


def _greeting(environment: dict[str, str]) -> str:
    url = environment.get("BASE_URL") or f"http://{environment['HOST']}:{environment['PORT']}"
    lines = ["", f"  Spaces is ready: {url}"]
    if _is_demo(environment):
        lines.append("  Sign in as ana, ben, cleo, dan, eve or admin; password: spaces-demo")
        if not (environment.get("EMAIL_URL") or environment.get("EMAIL_PROVIDER")):
            lines.append(f"  E-mails that the demo would send: {url}/outbox/")
    if environment.get("STRIPE_SECRET_KEY") == SANDBOX_KEY:
        lines.append(f"  Payments, in which no money moves: {environment['STRIPE_API_BASE']}")
    lines.append(f"  The log is {environment['LOG_FILE']}")
    return "\n".join([*lines, "  Ctrl-C stops it.", ""])


if __name__ == "__main__":
    sys.exit(main())
