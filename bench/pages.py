"""Measure what pages cost a web process; see bench/README.md.

python -m bench.pages [--requests 200] [--clients 4] [--database sqlite|postgresql|both]
"""

import argparse
import contextlib
import http.client
import os
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import django

from bench.processes import DAPHNE, processor_time, serve
from config.redis_server import RedisServer
from tests.fixtures.postgresql import Cluster

WARM_UP = 24  # requests
BARE = "/bare/"  # the view of bench/site_urls.py


@dataclass(frozen=True)
class Cost:
    cpu: float  # seconds of the web process per page
    waits: list[float]  # seconds from each request until its response was read

    def __str__(self) -> str:
        p50, p95 = statistics.median(self.waits), statistics.quantiles(self.waits, n=20)[18]
        return f"{self.cpu * 1e3:.1f} ms | {p50 * 1e3:.0f}, {p95 * 1e3:.0f} ms"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    options = parser.parse_args()
    chosen = ["sqlite", "postgresql"] if options.database == "both" else [options.database]
    print("| page | CPU | p50, p95 |\n|---|---|---|")
    for database in chosen:
        with contextlib.ExitStack() as stack:
            home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="spaces-bench-")))
            redis = stack.enter_context(RedisServer(home / "redis"))
            home.chmod(0o711)  # PostgreSQL's user must be able to reach its data
            os.environ.update(
                SPACES_HOME=str(home),
                REDIS_URL=redis.url,
                DATABASE_URL=_database(database, home, stack),
                DEMO="1",
                LOG_LEVEL="WARNING",
                DJANGO_SETTINGS_MODULE="bench.site_settings",
            )
            subprocess.run([sys.executable, "-m", "config.prepare"], check=True)
            with serve(sys.executable, *DAPHNE, "config.asgi:application") as (port, pid):
                _row(f"an empty page, {database}", _measure(port, pid, BARE, "", options))
                _measure_pages(port, pid, options)


def _database(name: str, home: Path, stack: contextlib.ExitStack) -> str:
    if name == "sqlite":
        return f"sqlite:///{home}/db.sqlite3"
    folder = home / "postgresql"
    folder.mkdir()
    cluster = Cluster(folder)
    cluster.start()
    stack.callback(cluster.stop)
    return cluster.url


def _measure_pages(port: int, pid: int, options: argparse.Namespace) -> None:
    paths, cookie = _addresses()
    for state, cookies in (("signed out", ""), ("signed in", cookie)):
        for name, path in paths.items():
            _row(f"{name}, {state}", _measure(port, pid, path, cookies, options))


def _addresses() -> tuple[dict[str, str], str]:
    """Return the path of each page by name, and the cookie of a signed-in person. This runs in a
    process of its own, because Django can be set up for one database only."""
    program = "from bench.pages import print_addresses; print_addresses()"
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    *pages, cookie = done.stdout.splitlines()
    return {name: path for path, name in (each.split(" ") for each in pages)}, cookie


def _measure(port: int, pid: int, path: str, cookie: str, options: argparse.Namespace) -> Cost:
    each = options.requests // options.clients
    with ThreadPoolExecutor(options.clients) as pool:
        _ask(port, path, cookie, WARM_UP)
        before = processor_time([pid])
        waits = pool.map(lambda _: _ask(port, path, cookie, each), range(options.clients))
        found = [wait for client in waits for wait in client]
    return Cost((processor_time([pid]) - before) / len(found), found)


def _ask(port: int, path: str, cookie: str, times: int) -> list[float]:
    """Request a page again and again over one connection; return how long each took."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    waits = []
    for _ in range(times):
        begun = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": cookie, "Accept-Encoding": "gzip"})
        response = connection.getresponse()
        response.read()
        if response.status != http.HTTPStatus.OK:
            raise SystemExit(f"{path} was answered with {response.status}")
        waits.append(time.perf_counter() - begun)
    connection.close()
    return waits


def _row(name: str, cost: Cost) -> None:
    print(f"| {name} | {cost} |", flush=True)


def print_addresses() -> None:
    """Print the path and the name of each page, and a signed-in person's cookie."""
    django.setup()
    from django.conf import settings  # noqa: PLC0415 - needs the settings
    from django.test import Client  # noqa: PLC0415

    from accounts.models import User  # noqa: PLC0415
    from spaces.models import Space  # noqa: PLC0415

    space = Space.objects.live().get()
    client = Client()
    client.force_login(User.objects.get(handle="ben"))
    print("/ home\n/spaces/ Spaces")
    print(f"{space.get_absolute_url()} room\n{space.host.get_absolute_url()} profile")
    name = settings.SESSION_COOKIE_NAME
    print(f"{name}={client.cookies[name].value}")


if __name__ == "__main__":
    main()
