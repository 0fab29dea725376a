"""Measure what people notice when PostgreSQL is stopped or frozen for more than a minute.

    python -m bench.outage [--fault killed|frozen] [--sockets 40] [--away 70]

The whole site runs as `bin/run` starts it, with a separate PostgreSQL. Sockets are in the demo's
Space. A page, a sign-in and a command are requested repeatedly.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from tests.fixtures.listeners import sign_in_listeners
from tests.fixtures.postgresql import Cluster, make_cluster
from tests.fixtures.stack import PASSWORD, Stack
from tests.fixtures.web_socket import WebSocket, open_socket

PATIENCE = 60.0  # seconds
PAUSE_AWAY = 3.0  # seconds between two attempts; sign-ins are limited per minute
PAUSE_BACK = 0.25
TOKEN = "x" * 32  # the CSRF token, in the cookie and the form


class Answer(NamedTuple):
    status: int  # 0 means no response within PATIENCE
    retry_after: str
    seconds: float


Try = Callable[[], Answer]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fault", choices=["killed", "frozen"], default="killed")
    parser.add_argument("--sockets", type=int, default=40)
    parser.add_argument("--away", type=float, default=70.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="spaces-bench-") as home, make_cluster() as cluster:
        stack = Stack(Path(home), DATABASE_URL=cluster.url, LOG_LEVEL="WARNING").start()
        try:
            asyncio.run(_measure(stack, cluster, options))
        finally:
            stack.stop()


async def _measure(stack: Stack, cluster: Cluster, options: argparse.Namespace) -> None:
    space, cookies = await asyncio.to_thread(sign_in_listeners, stack, options.sockets)
    path = f"/ws/spaces/{space}/"
    sockets = [await open_socket(stack.url, path, cookie) for cookie in cookies]
    for socket in sockets:
        await socket.receive("hello")
    tries = _tries(stack, space, cookies[0])
    for name, attempt in tries.items():
        assert await asyncio.to_thread(_is_good, name, attempt), name  # noqa: S101
    killed = options.fault == "killed"
    await asyncio.to_thread(cluster.stop if killed else cluster.hang)
    until = time.monotonic() + options.away
    meanwhile = await asyncio.gather(*(_until(until, attempt) for attempt in tries.values()))
    await asyncio.to_thread(cluster.start if killed else cluster.resume)
    back = time.monotonic()
    good = await asyncio.gather(*(_first_good(name, each) for name, each in tries.items()))
    heard = await _listen(sockets)
    print(f"| {options.fault}, {options.away:.0f} s | meanwhile | works again after |")
    print("|---|---|---|")
    for name, answers, at in zip(tries, meanwhile, good, strict=True):
        print(f"| {name} | {_summary(answers)} | {at - back:.1f} s |")
    lost = sum(socket.closed is not None for socket in sockets)
    print(f"| {len(sockets)} sockets | {lost} lost | {heard - back:.1f} s: all may listen |")


def _tries(stack: Stack, space: str, cookie: str) -> dict[str, Try]:
    person = {"Cookie": f"{cookie}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN}
    stranger = {"Cookie": f"csrftoken={TOKEN}", "X-CSRFToken": TOKEN}
    credentials = {"login": "ben", "password": PASSWORD}

    def ask(method: str, path: str, headers: dict[str, str], form: dict[str, str]) -> Try:
        return lambda: _ask(stack.port, method, path, headers, form)

    return {
        "a page": ask("GET", "/@ana/", person, {}),
        "signing in": ask("POST", "/accounts/login/", stranger, credentials),
        "a chat message": ask("POST", f"/spaces/{space}/chat/", person, {"text": "Hello"}),
    }


def _ask(
    port: int, method: str, path: str, headers: dict[str, str], form: dict[str, str]
) -> Answer:
    began = time.monotonic()
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    kind = {"Accept": "text/html", "Content-Type": "application/x-www-form-urlencoded"}
    with suppress(OSError):
        connection.request(method, path, urlencode(form) or None, {**kind, **headers})
        response = connection.getresponse()
        response.read()
        after = response.headers.get("Retry-After", "")
        return Answer(response.status, after, time.monotonic() - began)
    return Answer(0, "", time.monotonic() - began)


def _is_good(name: str, attempt: Try) -> bool:
    return attempt().status == (200 if name == "a page" else 302)


async def _until(end: float, attempt: Try) -> list[Answer]:
    answers = []
    while time.monotonic() < end:
        answers.append(await asyncio.to_thread(attempt))
        await asyncio.sleep(PAUSE_AWAY)
    return answers


async def _first_good(name: str, attempt: Try) -> float:
    until = time.monotonic() + PATIENCE
    while not await asyncio.to_thread(_is_good, name, attempt):
        if time.monotonic() > until:
            return float("inf")
        await asyncio.sleep(PAUSE_BACK)
    return time.monotonic()


async def _listen(sockets: list[WebSocket]) -> float:
    """Let each socket request to listen, which needs the database, until it is allowed.

    Return the time when all sockets are allowed to listen.
    """

    async def ask_until_heard(socket: WebSocket) -> None:
        while socket.closed is None:
            socket.send({"t": "listen", "ref": 1})
            if "peer" in await socket.receive("reply"):
                return
            await asyncio.sleep(PAUSE_BACK)

    await asyncio.gather(*map(ask_until_heard, sockets))
    return time.monotonic()


def _summary(answers: list[Answer]) -> str:
    refused = [each for each in answers if each.status == 503 and each.retry_after]
    others = sorted({each.status for each in answers if each not in refused})
    slowest = max(each.seconds for each in answers)
    words = (
        f"{len(refused)} of {len(answers)} were 503 with Retry-After, the slowest {slowest:.1f} s"
    )
    return f"{words}; also {others}" if others else words


if __name__ == "__main__":
    main()
