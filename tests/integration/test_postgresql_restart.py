"""While PostgreSQL is down or hangs, sockets stay open and commands are refused."""

import asyncio
import json
import time
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import psycopg
import pytest

from core.sockets.close_codes import UNAVAILABLE
from tests.fixtures.listeners import sign_in_listeners
from tests.fixtures.migrated import TEMPLATE
from tests.fixtures.postgresql import make_cluster
from tests.fixtures.web_socket import open_socket

PEOPLE = 12
TOKEN = "x" * 32


@pytest.fixture
def cluster(migrated_postgresql):
    with make_cluster(migrated_postgresql) as running:
        yield running


def post_in_chat(site, space, cookie, text):
    """Post a message; return the status of the response, and its content."""
    request = Request(  # noqa: S310 - our own http address
        f"{site}/spaces/{space}/chat/",
        data=urlencode({"text": text}).encode(),
        headers={
            "Accept": "application/json",
            "Cookie": f"{cookie}; csrftoken={TOKEN}",
            "X-CSRFToken": TOKEN,
        },
    )
    try:
        with urlopen(request, timeout=30) as answer:  # noqa: S310 - our own http address
            return answer.status, {}
    except HTTPError as answer:
        with answer:
            return answer.code, {**json.load(answer), "after": answer.headers["Retry-After"]}


def post_until_accepted(site, space, cookie, text):
    """Repeat the message until the database is back."""
    until = time.monotonic() + 30
    while (answer := post_in_chat(site, space, cookie, text))[0] != 204:
        assert answer[0] == 503
        assert time.monotonic() < until, answer


async def test_sockets_survive_a_restart_of_postgresql_and_commands_work_again(make_stack, cluster):
    bounds = {"STATEMENT_TIMEOUT": "3", "LOCK_TIMEOUT": "1"}
    copy = make_stack(DATABASE_URL=cluster.url_of(TEMPLATE), **bounds)
    await asyncio.to_thread(copy.start)
    space, cookies = await asyncio.to_thread(sign_in_listeners, copy, PEOPLE)
    path = f"/ws/spaces/{space}/"
    sockets = [await open_socket(copy.url, path, cookie) for cookie in cookies]
    people = await open_socket(copy.url, "/ws/people/", cookies[0])
    for socket in [*sockets, people]:
        await socket.receive("hello")

    await asyncio.to_thread(cluster.stop)
    status, answer = await asyncio.to_thread(post_in_chat, copy.url, space, cookies[0], "Lost")
    assert (status, answer["code"], answer["after"]) == (503, "unavailable", "2")
    for socket in sockets:  # each request checks the database
        socket.send({"t": "listen", "ref": 1})
    replies = [(await socket.receive("reply"))["code"] for socket in sockets]
    assert replies == ["unavailable"] * PEOPLE
    late = await open_socket(copy.url, path, cookies[0])
    assert (await late.receive("refused"))["code"] == "unavailable"
    assert await late.close_code() == UNAVAILABLE
    health, report = await asyncio.to_thread(copy.health)
    assert (health, report["database"]["ok"]) == (503, False)

    await asyncio.to_thread(cluster.start)
    await asyncio.to_thread(post_until_accepted, copy.url, space, cookies[0], "Back")
    for socket in sockets:
        assert (await socket.receive("message"))["text"] == "Back"
        socket.send({"t": "listen", "ref": 2})
    for socket in sockets:
        assert "peer" in await socket.receive("reply")

    # Commands wait only briefly for a lock that is not released, and for a server that hangs.
    with psycopg.connect(cluster.url_of(TEMPLATE)) as other:
        other.execute("LOCK TABLE spaces_message")
        status, answer = await asyncio.to_thread(
            post_in_chat, copy.url, space, cookies[1], "Locked"
        )
        assert (status, answer["code"], answer["after"]) == (503, "unavailable", "2")
    cluster.hang()
    status, answer = await asyncio.to_thread(post_in_chat, copy.url, space, cookies[1], "Hung")
    assert (status, answer["code"], answer["after"]) == (503, "unavailable", "2")
    cluster.resume()
    await asyncio.to_thread(post_until_accepted, copy.url, space, cookies[1], "Again")
    for socket in sockets:
        assert (await socket.receive("message"))["text"] == "Again"

    people.send({"t": "watch", "people": [], "spaces": [], "bar": True})
    await people.receive("live")
    assert [socket.closed for socket in [*sockets, people]] == [None] * (PEOPLE + 1)
    for socket in [*sockets, people]:
        socket.abort()
