"""The socket of every page over a real Redis: who is live, and what somebody may try."""

import json

import pytest
from channels.layers import get_channel_layer

from accounts import follow
from accounts.blocking import block, unblock
from core import shared_clock
from core.sockets.limits import get_socket_limits
from core.times import stamp
from spaces.actions import lifecycle, stage
from spaces.directory.push.consumer import FRAMES, MALFORMED, MOST_CARDS, MOST_WATCHED, TOO_MANY
from spaces.directory.push.rings import get_rings
from spaces.models import Space, Topic
from tests.factories import bring_up, make_host, make_space, make_user
from tests.fixtures.room import AnyPage, in_thread

ANYONE = "u1"
NOWHERE = "nosuchone1"
LIST = {"t": "list", "since": 0, "topic": "", "words": ""}
WATCH = {"t": "watch", "people": [ANYONE], "spaces": [], "bar": False}


class ShowingPage(AnyPage):
    async def watch(self, *people, spaces=(), bar=False):
        """Show these people and Spaces, and hear which of the people are live."""
        people, spaces = [user.key for user in people], [space.public_id for space in spaces]
        await self.say({"t": "watch", "people": people, "spaces": spaces, "bar": bar})
        return (await self.hear("live"))["people"]

    async def list(self, since=0.0, topic="", words=""):
        """Show a list of live Spaces."""
        await self.say({"t": "list", "since": since, "topic": topic, "words": words})

    async def hear_what_began(self):
        return (await self.hear("began"))["spaces"]

    async def hears_nothing_else(self):
        await self.say({"t": "beat"})
        assert json.loads(await self.socket.receive_from(5)) == {"t": "beat"}

    async def hear_of(self, space):
        """What the card of this Space shows next."""
        return (await self.hear("spaces"))["spaces"][space.public_id]


@pytest.fixture
async def open_page(redis_server, transactional_db):
    """Opens any page of the site: `await open_page(user)`."""
    get_rings.cache_clear()
    get_socket_limits.cache_clear()
    pages = []

    async def open_page(user=None, **options):
        page = await in_thread(ShowingPage, "", user, **options)
        await page.open()
        pages.append(page)
        page.greeting = await page.hear("hello")
        return page

    yield open_page
    for page in pages:
        await page.close()
    await get_rings().stop()
    await get_channel_layer().flush()


@pytest.fixture
def host(transactional_db):
    return make_host("hana")


def ring(space, role="host"):
    return {"space": space.public_id, "role": role}


async def test_hello_tells_the_time_that_all_processes_agree_on(open_page):
    before = stamp(await in_thread(shared_clock.now))
    page = await open_page()
    now = page.greeting.pop("now")
    assert page.greeting == {"t": "hello"}
    assert before <= now <= stamp(await in_thread(shared_clock.now))


async def test_a_page_hears_who_of_its_people_is_live_and_how_that_changes(open_page, host, ana):
    page = await open_page(ana)
    assert await page.watch(host, ana) == {}
    space = await in_thread(make_space, host)
    assert (await page.hear("changed"))["people"] == {host.key: ring(space)}
    await in_thread(bring_up, space, ana)
    assert (await page.hear("changed"))["people"] == {ana.key: ring(space, "speaker")}
    await in_thread(stage.step_down, space, user=ana)
    assert (await page.hear("changed"))["people"] == {ana.key: None}
    assert await page.watch(host, ana) == {host.key: ring(space)}
    await in_thread(lifecycle.end, space, by=host)
    assert (await page.hear("changed"))["people"] == {host.key: None}


async def test_a_page_that_comes_later_knows_at_once(open_page, host):
    space = await in_thread(make_space, host)
    page = await open_page()
    assert await page.watch(host) == {host.key: ring(space)}


async def test_who_is_not_shown_is_not_told(open_page, host, ana):
    page, other = await open_page(), await open_page()
    await page.watch(ana)
    await other.watch(host)
    await in_thread(make_space, host)
    assert (await other.hear("changed"))["people"].keys() == {host.key}
    await page.say({"t": "beat"})
    assert json.loads(await page.socket.receive_from(5)) == {"t": "beat"}


async def test_a_bar_is_fetched_anew_by_who_follows_and_nobody_else(open_page, host, ana):
    await in_thread(follow.follow, follower=ana, followed=host)
    page, other = await open_page(ana), await open_page(await in_thread(make_user))
    for each in (page, other):
        await each.watch(bar=True)
    space = await in_thread(make_space, host)
    assert (await page.hear("bar"))["in"] == 0
    await in_thread(lifecycle.end, space, by=host)
    await page.hear("bar")
    await other.say({"t": "beat"})
    assert json.loads(await other.socket.receive_from(5)) == {"t": "beat"}


async def test_whom_the_host_blocks_hears_of_nobody_there(open_page, host, ana):
    await in_thread(block, blocker=host, blocked=ana)
    page = await open_page(ana)
    await page.watch(host)
    space = await in_thread(make_space, host)
    assert (await page.hear("changed"))["people"] == {host.key: None}
    assert await page.watch(host) == {}
    assert await (await open_page()).watch(host) == {host.key: ring(space)}


async def test_whom_the_reader_blocks_hosts_for_others(open_page, host, ana):
    await in_thread(block, blocker=ana, blocked=host)
    page = await open_page(ana)
    await page.watch(host)
    await in_thread(make_space, host)
    assert (await page.hear("changed"))["people"] == {host.key: None}


async def test_who_speaks_elsewhere_wears_the_ring_for_whom_they_block_too(open_page, host, ana):
    """A face that one sees says what is so; only what is pushed at one leaves them out."""
    await in_thread(block, blocker=ana, blocked=host)
    page = await open_page(ana)
    await page.watch(host)
    space = await in_thread(make_space)
    await in_thread(bring_up, space, host)
    assert (await page.hear("changed"))["people"] == {host.key: ring(space, "speaker")}


async def test_a_card_counts_who_listens_and_says_that_it_is_over(
    open_page, room, host, ana, monkeypatch
):
    monkeypatch.setattr("spaces.directory.push.cards.COUNT_EVERY", 0.2)
    space = await in_thread(make_space, host)
    page = await open_page(ana)
    await page.watch(spaces=[space])
    assert await page.hear_of(space) == {"listening": 0}
    await room.enter(space, ana)
    await page.watch(host, spaces=[space])  # it shows more, and counts again
    assert await page.hear_of(space) == {"listening": 1}
    await in_thread(lifecycle.end, space, by=host)
    assert await page.hear_of(space) == {"lasted": "less than a minute"}


async def test_a_card_that_was_over_when_the_page_looked_away_is_told_at_once(open_page, host):
    space = await in_thread(make_space, host)
    await in_thread(lifecycle.end, space, by=host)
    page = await open_page()
    await page.watch(spaces=[space])
    assert await page.hear_of(space) == {"lasted": "less than a minute"}


async def test_a_space_behind_a_block_is_as_one_that_never_was(open_page, host, ana):
    space, nowhere = await in_thread(make_space, host), Space(public_id=NOWHERE)
    for blocker, blocked in ((host, ana), (ana, host)):
        await in_thread(block, blocker=blocker, blocked=blocked)
        page = await open_page(ana)
        await page.watch(spaces=[space, nowhere])
        told = (await page.hear("spaces"))["spaces"]
        assert told == {space.public_id: None, NOWHERE: None}
        await in_thread(unblock, blocker=blocker, blocked=blocked)
    await in_thread(block, blocker=host, blocked=ana)
    page, other = await open_page(ana), await open_page()
    for each in (page, other):
        await each.watch(spaces=[space])
    assert await page.hear_of(space) is None
    await in_thread(lifecycle.end, space, by=host)
    while "lasted" not in await other.hear_of(space):
        pass
    await page.say({"t": "beat"})
    assert json.loads(await page.socket.receive_from(5)) == {"t": "beat"}


async def test_a_block_takes_the_card_away(open_page, host, ana, monkeypatch):
    monkeypatch.setattr("spaces.directory.push.cards.COUNT_EVERY", 0.2)
    space = await in_thread(make_space, host)
    page = await open_page(ana)
    await page.watch(spaces=[space])
    assert await page.hear_of(space) == {"listening": 0}
    await in_thread(block, blocker=host, blocked=ana)
    await (await open_page()).watch(spaces=[space])  # another page counts for all
    assert await page.hear_of(space) is None


async def test_a_list_hears_what_began_since_it_was_made_and_that_it_ended(open_page, host):
    older = await in_thread(make_space)
    page = await open_page()
    await page.watch(spaces=[older])
    await page.list(since=older.started_at.timestamp())
    space = await in_thread(make_space, host)
    assert await page.hear_what_began() == [space.public_id]
    await in_thread(lifecycle.end, space, by=host)
    while "lasted" not in await page.hear_of(space):
        pass


async def test_a_list_that_looked_away_hears_what_it_missed(open_page, host):
    older, space = await in_thread(make_space), await in_thread(make_space, host)
    page = await open_page()
    await page.list(since=older.started_at.timestamp())
    assert await page.hear_what_began() == [space.public_id]
    await page.list(since=space.started_at.timestamp())
    await page.hears_nothing_else()


async def test_a_list_hears_of_no_space_behind_a_block(open_page, host, ana):
    await in_thread(block, blocker=host, blocked=ana)
    await in_thread(make_space, host)
    page = await open_page(ana)
    await page.list()
    await page.hears_nothing_else()
    space = await in_thread(make_space)
    assert await page.hear_what_began() == [space.public_id]


async def test_a_narrow_list_hears_of_what_belongs_on_it(open_page, host):
    music = await in_thread(lambda: Topic.objects.get_or_create(slug="music", name="Music")[0])
    told, other, wide = await open_page(), await open_page(), await open_page()
    await told.list(topic="music", words="lant mus")
    await other.list(topic="music", words="tram")
    await wide.list()
    rain = {"host": host, "title": "Rain on Lantern Street", "topics": [music]}
    space = await in_thread(lifecycle.start, **rain)
    assert await told.hear_what_began() == await wide.hear_what_began() == [space.public_id]
    tram = await in_thread(make_space, title="A tram at dawn")
    assert await wide.hear_what_began() == [tram.public_id]
    for page in (told, other):
        await page.hears_nothing_else()


async def test_a_page_without_a_list_hears_of_nothing_that_began(open_page):
    page, other = await open_page(), await open_page()
    await page.list()
    await page.watch()
    await other.list()
    await in_thread(make_space)
    await other.hear_what_began()
    await page.hears_nothing_else()


async def test_what_redis_lost_is_found_by_looking(open_page, host, redis_server, monkeypatch):
    monkeypatch.setattr("spaces.directory.push.rings.LOOK_ANYWAY", 0.5)
    page = await open_page()
    await page.watch(host)
    await in_thread(redis_server.stop)
    space = await in_thread(make_space, host)
    assert (await page.hear("changed", timeout=15))["people"] == {host.key: ring(space)}
    await in_thread(redis_server.start)


def test_every_kind_of_frame_is_tried():
    assert FRAMES.keys() == {"beat", "watch", "list"}


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("{", "malformed"),
        ("[]", "malformed"),
        ({"t": "react", "emoji": "💜"}, "unknown"),
        ({"t": "changed", "people": {}}, "unknown"),
        ({"t": "beat", "x": 1}, "malformed"),
        ({"t": "list", "since": 0, "topic": "", "words": "\ud800"}, "malformed"),
        ({"t": "watch", "people": [ANYONE]}, "malformed"),
        ({"t": "watch", "people": [ANYONE], "bar": True}, "malformed"),
        ({**WATCH, "people": ANYONE}, "malformed"),
        ({**WATCH, "people": [1]}, "malformed"),
        ({**WATCH, "people": ["u1; drop"]}, "malformed"),
        ({**WATCH, "people": ["gsomebody"]}, "malformed"),
        ({**WATCH, "bar": 1}, "malformed"),
        ({**WATCH, "people": ["u1"] * (MOST_WATCHED + 1)}, "malformed"),
        ({**WATCH, "people": ["u" + "1" * 18] * 1000}, "too_large"),
        ({**WATCH, "spaces": NOWHERE}, "malformed"),
        ({**WATCH, "spaces": [7]}, "malformed"),
        ({**WATCH, "spaces": ["short"]}, "malformed"),
        ({**WATCH, "spaces": ["' OR 1=1--"]}, "malformed"),
        ({**WATCH, "spaces": [NOWHERE] * (MOST_CARDS + 1)}, "malformed"),
        ({"t": "list"}, "malformed"),
        ({**LIST, "since": "1"}, "malformed"),
        ({**LIST, "since": True}, "malformed"),
        ({**LIST, "since": -1}, "malformed"),
        ({**LIST, "since": float("nan")}, "malformed"),
        ({**LIST, "since": float("inf")}, "malformed"),
        ({**LIST, "topic": "a b"}, "malformed"),
        ({**LIST, "topic": "a" * 31}, "malformed"),
        ({**LIST, "words": None}, "malformed"),
        ({**LIST, "words": "a" * 101}, "malformed"),
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
        await page.say(WATCH)
    assert await page.close_code() == TOO_MANY


@pytest.mark.parametrize("origin", ["http://evil.example", "null"])
async def test_another_origin_opens_no_socket(open_page, host, origin):
    page = await in_thread(ShowingPage, "", host, origin=origin)
    assert await page.open() is False


async def test_who_goes_is_forgotten(open_page, host):
    page = await open_page()
    space = await in_thread(make_space, host)
    await page.watch(host, spaces=[space])
    await page.list()
    await page.close()
    rings = get_rings()
    assert (rings.pages, rings.watchers, rings.cards.watchers) == (set(), {}, {})
    assert rings.lists.pages == set()
