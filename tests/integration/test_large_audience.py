"""The listeners of a Space with a large audience, as a page that opens reads them."""

from types import SimpleNamespace

import pytest
from asgiref.sync import async_to_sync
from redis.asyncio import Redis

from spaces.room import presence
from spaces.room.presence import LARGE_AUDIENCE
from tests.factories import make_user
from tests.integration.test_most_listeners import mark_as_present

pytestmark = pytest.mark.django_db


class Listener:
    def __init__(self, number):
        self.key = f"g{number}"


@pytest.fixture
def audience_of(redis_server, space, monkeypatch):
    """`audience_of(5)` adds five listeners, and returns the number that a new page shows."""
    monkeypatch.setattr(presence, "_large_audiences", {})
    joined = 0

    def read(joining=0):
        nonlocal joined
        if joining:
            mark_as_present(space, *(Listener(joined + each) for each in range(joining)))
            joined += joining
        return presence.recent_audience(space.public_id)["count"]

    return read


def test_a_small_audience_is_always_current(audience_of):
    assert [audience_of(1), audience_of(1), audience_of(2)] == [1, 2, 4]


def test_a_large_audience_is_read_once_a_second(audience_of, monkeypatch):
    assert [audience_of(LARGE_AUDIENCE), audience_of(5)] == [LARGE_AUDIENCE] * 2
    monkeypatch.setattr(presence, "AUDIENCE_KEPT", 0.0)
    assert audience_of() == LARGE_AUDIENCE + 5


def test_audiences_that_are_too_old_are_forgotten(audience_of, monkeypatch):
    monkeypatch.setattr(presence, "AUDIENCE_KEPT", 0.0)
    presence._large_audiences["elsewhere"] = (0.0, {"count": 300})
    audience_of()
    assert presence._large_audiences == {}


def test_an_announcement_is_always_current(audience_of, space):
    audience_of(LARGE_AUDIENCE)
    mark_as_present(space, Listener(LARGE_AUDIENCE))
    assert presence.audience(space.public_id)["count"] == LARGE_AUDIENCE + 1


@async_to_sync
async def enter(redis_url, space, *people):
    async with Redis.from_url(redis_url) as client, client.pipeline() as pipe:
        presence.renew(pipe, space.public_id, [person.key for person in people])
        await pipe.execute()


@async_to_sync
async def leave(redis_url, space, person):
    async with Redis.from_url(redis_url) as client:
        await presence.release(client, space.public_id, person.key)


def test_guests_are_counted_and_people_with_an_account_are_found_among_them(
    redis_server, space, host, listener
):
    guests = [SimpleNamespace(key=f"g{number}") for number in range(350)]
    enter(redis_server.url, space, host, listener, *guests)
    audience = presence.audience(space.public_id)
    assert (audience["count"], audience["guests"]) == (351, 350)  # the host is on the stage
    assert [person["id"] for person in audience["people"]] == [listener.key]


def test_people_who_leave_are_not_counted_any_more(redis_server, space, listener):
    guest = SimpleNamespace(key="g1")
    enter(redis_server.url, space, listener, guest)
    leave(redis_server.url, space, guest)
    assert presence.audience(space.public_id)["guests"] == 0
    leave(redis_server.url, space, listener)
    assert presence.audience(space.public_id) == {"count": 0, "guests": 0, "people": []}


def test_an_audience_has_at_most_one_page_of_people(redis_server, space):
    enter(redis_server.url, space, *(make_user() for _ in range(presence.FIRST_PAGE + 1)))
    audience = presence.audience(space.public_id)
    assert audience["count"] == presence.FIRST_PAGE + 1
    assert len(audience["people"]) == presence.FIRST_PAGE
