"""The socket of every page over a real Redis: who is live, and what somebody may try."""

import json

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer

from accounts import follow
from accounts.blocking import block
from spaces import lifecycle, stage
from spaces.live.people import FRAMES, MALFORMED, MOST_WATCHED, TOO_MANY
from spaces.live.rings import get_rings
from tests.cast import bring_up, make_host, make_space, make_user
from tests.fixtures.room import Page

ANYONE = "u1"


class AnyPage(Page):
    address = "/ws/people/"

    async def watch(self, *people, bar=False):
        """Show these people, and hear which of them are live."""
        await self.say({"t": "watch", "people": [user.key for user in people], "bar": bar})
        return (await self.hear("live"))["people"]


def in_thread(act, *args, **kwargs):
    return sync_to_async(act)(*args, **kwargs)


@pytest.fixture
async def open_page(redis_server, transactional_db):
    """Opens any page of the site: `await open_page(user)`."""
    get_rings.cache_clear()
    pages = []

    async def open_page(user=None, **options):
        page = await in_thread(AnyPage, "", user, **options)
        await page.open()
        pages.append(page)
        await page.hear("hello")
        return page

    yield open_page
    for page in pages:
        await page.close()
    await get_rings().stop()
    await get_channel_layer().flush()


@pytest.fixture
def host(transactional_db):
    return make_host("hana")


@pytest.fixture
def reader(transactional_db):
    return make_user("rea")


def ring(space, role="host"):
    return {"space": space.public_id, "role": role}


async def test_a_page_hears_who_of_its_people_is_live_and_how_that_changes(open_page, host, reader):
    page = await open_page(reader)
    assert await page.watch(host, reader) == {}
    space = await in_thread(make_space, host)
    assert (await page.hear("changed"))["people"] == {host.key: ring(space)}
    await in_thread(bring_up, space, reader)
    assert (await page.hear("changed"))["people"] == {reader.key: ring(space, "speaker")}
    await in_thread(stage.step_down, space, user=reader)
    assert (await page.hear("changed"))["people"] == {reader.key: None}
    assert await page.watch(host, reader) == {host.key: ring(space)}
    await in_thread(lifecycle.end, space, by=host)
    assert (await page.hear("changed"))["people"] == {host.key: None}


async def test_a_page_that_comes_later_knows_at_once(open_page, host):
    space = await in_thread(make_space, host)
    page = await open_page()
    assert await page.watch(host) == {host.key: ring(space)}


async def test_who_is_not_shown_is_not_told(open_page, host, reader):
    page, other = await open_page(), await open_page()
    await page.watch(reader)
    await other.watch(host)
    await in_thread(make_space, host)
    assert (await other.hear("changed"))["people"].keys() == {host.key}
    await page.say({"t": "beat"})
    assert json.loads(await page.socket.receive_from(5)) == {"t": "beat"}


async def test_a_bar_is_fetched_anew_by_who_follows_and_nobody_else(open_page, host, reader):
    await in_thread(follow.follow, follower=reader, followed=host)
    page, other = await open_page(reader), await open_page(await in_thread(make_user))
    for each in (page, other):
        await each.watch(bar=True)
    space = await in_thread(make_space, host)
    assert (await page.hear("bar"))["in"] == 0
    await in_thread(lifecycle.end, space, by=host)
    await page.hear("bar")
    await other.say({"t": "beat"})
    assert json.loads(await other.socket.receive_from(5)) == {"t": "beat"}


async def test_whom_the_host_blocks_hears_of_nobody_there(open_page, host, reader):
    await in_thread(block, blocker=host, blocked=reader)
    page = await open_page(reader)
    await page.watch(host)
    space = await in_thread(make_space, host)
    assert (await page.hear("changed"))["people"] == {host.key: None}
    assert await page.watch(host) == {}
    assert await (await open_page()).watch(host) == {host.key: ring(space)}


async def test_what_redis_lost_is_found_by_looking(open_page, host, redis_server, monkeypatch):
    monkeypatch.setattr("spaces.live.rings.LOOK_ANYWAY", 0.5)
    page = await open_page()
    await page.watch(host)
    await in_thread(redis_server.stop)
    space = await in_thread(make_space, host)
    assert (await page.hear("changed", timeout=15))["people"] == {host.key: ring(space)}
    await in_thread(redis_server.start)


def test_every_kind_of_frame_is_tried():
    assert FRAMES.keys() == {"beat", "watch"}


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("{", "malformed"),
        ("[]", "malformed"),
        ({"t": "react", "emoji": "💜"}, "unknown"),
        ({"t": "changed", "people": {}}, "unknown"),
        ({"t": "beat", "x": 1}, "malformed"),
        ({"t": "watch", "people": [ANYONE]}, "malformed"),
        ({"t": "watch", "people": ANYONE, "bar": True}, "malformed"),
        ({"t": "watch", "people": [1], "bar": True}, "malformed"),
        ({"t": "watch", "people": ["u1; drop"], "bar": True}, "malformed"),
        ({"t": "watch", "people": ["gsomebody"], "bar": True}, "malformed"),
        ({"t": "watch", "people": [ANYONE], "bar": 1}, "malformed"),
        ({"t": "watch", "people": ["u1"] * (MOST_WATCHED + 1), "bar": False}, "malformed"),
        ({"t": "watch", "people": ["u" + "1" * 18] * 1000, "bar": False}, "too_large"),
    ],
)
async def test_a_bad_frame_is_refused_and_the_socket_goes_on(open_page, frame, code):
    page = await open_page()
    await page.say(frame)
    assert (await page.hear("refused"))["code"] == code
    await page.say({"t": "beat"})
    assert await page.hear("beat")


async def test_a_page_that_goes_on_with_bad_frames_is_closed(open_page):
    page = await open_page()
    for _ in range(10):
        await page.say("{")
    assert await page.close_code() == MALFORMED


async def test_a_flood_is_closed_and_watches_nobody(open_page):
    page = await open_page()
    for _ in range(40):
        await page.say({"t": "watch", "people": [ANYONE], "bar": False})
    assert await page.close_code() == TOO_MANY


@pytest.mark.parametrize("origin", ["http://evil.example", "null"])
async def test_another_origin_opens_no_socket(open_page, host, origin):
    page = await in_thread(AnyPage, "", host, origin=origin)
    assert await page.open() is False


async def test_who_goes_is_forgotten(open_page, host):
    page = await open_page()
    await page.watch(host)
    await page.close()
    rings = get_rings()
    assert (rings.pages, dict(rings.watchers)) == (set(), {})
