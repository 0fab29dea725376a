"""The socket of every page, over a real Redis: who is live, and hostile frames."""

import json
from datetime import timedelta

import pytest

from accounts import follow
from accounts.blocking import block, unblock
from core import shared_clock
from core.sockets.close_codes import MALFORMED, TOO_FAST
from core.times import stamp
from spaces.actions import lifecycle, stage
from spaces.directory.live_updates.consumer import FRAMES, MAX_CARDS, MAX_WATCHED
from spaces.directory.live_updates.open_pages import get_open_pages, request_refresh
from spaces.models import Space, State, Topic
from tests.factories import (
    make_host,
    make_scheduled_space,
    make_space,
    make_user,
    put_on_stage,
)
from tests.fixtures.room import AnyPage, in_thread

ANYONE = "u1"
NOWHERE = "nosuchone1"
LIST = {"t": "list", "since": 0, "topic": "", "words": ""}
WATCH = {"t": "watch", "people": [ANYONE], "spaces": [], "bar": False}


@pytest.fixture
def host(transactional_db):
    return make_host("hana")


def ring(space, role="host"):
    return {"space": space.public_id, "role": role}


async def test_hello_contains_the_shared_time(open_page):
    before = stamp(await in_thread(shared_clock.now))
    page = await open_page()
    now = page.greeting.pop("now")
    assert page.greeting == {"t": "hello"}
    assert before <= now <= stamp(await in_thread(shared_clock.now))


async def test_a_page_receives_changes_of_the_people_it_shows(open_page, host, ana):
    page = await open_page(ana)
    assert await page.watch(host, ana) == {}
    space = await in_thread(make_space, host)
    assert (await page.receive("changed"))["people"] == {host.key: ring(space)}
    await in_thread(put_on_stage, space, ana)
    assert (await page.receive("changed"))["people"] == {ana.key: ring(space, "speaker")}
    await in_thread(stage.step_down, space, user=ana)
    assert (await page.receive("changed"))["people"] == {ana.key: None}
    assert await page.watch(host, ana) == {host.key: ring(space)}
    await in_thread(lifecycle.end, space, by=host)
    assert (await page.receive("changed"))["people"] == {host.key: None}


async def test_a_page_that_opens_later_gets_the_current_state(open_page, host):
    space = await in_thread(make_space, host)
    page = await open_page()
    assert await page.watch(host) == {host.key: ring(space)}


async def test_a_page_receives_no_changes_of_people_it_does_not_show(open_page, host, ana):
    page, other = await open_page(), await open_page()
    await page.watch(ana)
    await other.watch(host)
    await in_thread(make_space, host)
    assert (await other.receive("changed"))["people"].keys() == {host.key}
    await page.send({"t": "beat"})
    assert json.loads(await page.socket.receive_from(5)) == {"t": "beat"}


async def test_only_followers_of_the_host_receive_a_change_of_the_bar(open_page, host, ana):
    await in_thread(follow.follow, follower=ana, followed=host)
    page, other = await open_page(ana), await open_page(await in_thread(make_user))
    for each in (page, other):
        await each.watch(bar=True)
    space = await in_thread(make_space, host)
    assert (await page.receive("bar"))["in"] == 0
    await in_thread(lifecycle.end, space, by=host)
    await page.receive("bar")
    await other.send({"t": "beat"})
    assert json.loads(await other.socket.receive_from(5)) == {"t": "beat"}


async def test_a_reader_whom_the_host_blocks_sees_no_ring(open_page, host, ana):
    await in_thread(block, blocker=host, blocked=ana)
    page = await open_page(ana)
    await page.watch(host)
    space = await in_thread(make_space, host)
    assert (await page.receive("changed"))["people"] == {host.key: None}
    assert await page.watch(host) == {}
    assert await (await open_page()).watch(host) == {host.key: ring(space)}


async def test_a_host_whom_the_reader_blocks_has_no_ring_for_them(open_page, host, ana):
    await in_thread(block, blocker=ana, blocked=host)
    page = await open_page(ana)
    await page.watch(host)
    await in_thread(make_space, host)
    assert (await page.receive("changed"))["people"] == {host.key: None}


async def test_a_blocked_person_who_speaks_in_another_space_has_a_ring(open_page, host, ana):
    """A block hides the rings of Spaces that either person hosts; somebody else hosts this one."""
    await in_thread(block, blocker=ana, blocked=host)
    page = await open_page(ana)
    await page.watch(host)
    space = await in_thread(make_space)
    await in_thread(put_on_stage, space, host)
    assert (await page.receive("changed"))["people"] == {host.key: ring(space, "speaker")}


async def test_a_card_receives_its_number_of_listeners_and_its_end(
    open_page, room, host, ana, monkeypatch
):
    monkeypatch.setattr("spaces.directory.live_updates.cards.COUNT_EVERY", 0.2)
    space = await in_thread(make_space, host)
    page = await open_page(ana)
    await page.watch(spaces=[space])
    assert await page.next_card(space) == {"listening": 0}
    await room.enter(space, ana)
    await page.watch(host, spaces=[space])  # a new watch triggers a new count
    assert await page.next_card(space) == {"listening": 1}
    await in_thread(lifecycle.end, space, by=host)
    assert await page.next_card(space) == {"lasted": "less than a minute"}


async def test_a_card_that_ended_while_the_page_was_disconnected_is_updated_at_once(
    open_page, host
):
    space = await in_thread(make_space, host)
    await in_thread(lifecycle.end, space, by=host)
    page = await open_page()
    await page.watch(spaces=[space])
    assert await page.next_card(space) == {"lasted": "less than a minute"}


@pytest.fixture
def scheduled(transactional_db):
    return make_scheduled_space(make_host("sina"))


def change(space, **fields):
    """Change a scheduled Space as the app that schedules it does."""
    Space.objects.filter(pk=space.pk).update(**fields)
    request_refresh()


async def test_a_card_of_a_scheduled_space_receives_its_time_and_its_start(open_page, scheduled):
    page, host = await open_page(), scheduled.host
    await page.watch(spaces=[scheduled])
    assert await page.next_card(scheduled) == {"starts": stamp(scheduled.starts_at), "edits": 0}
    later = scheduled.starts_at + timedelta(minutes=5)
    await in_thread(change, scheduled, starts_at=later, edits=1)
    assert await page.next_card(scheduled) == {"starts": stamp(later), "edits": 1}
    await in_thread(change, scheduled, title="Snow", edits=2)
    assert await page.next_card(scheduled) == {"starts": stamp(later), "edits": 2}
    await in_thread(lifecycle.go_live, scheduled, by=host)
    assert await page.next_card(scheduled) == {"listening": 0}
    await in_thread(lifecycle.end, scheduled, by=host)
    assert await page.next_card(scheduled) == {"lasted": "less than a minute"}


async def test_a_card_of_a_scheduled_space_receives_its_cancellation(open_page, scheduled):
    page = await open_page()
    await page.watch(spaces=[scheduled])
    await page.next_card(scheduled)
    await in_thread(change, scheduled, state=State.CANCELLED)
    assert await page.next_card(scheduled) == {"cancelled": True}
    later = await open_page()
    await later.watch(spaces=[scheduled])
    assert await later.next_card(scheduled) == {"cancelled": True}


async def test_a_page_that_shows_another_scheduled_space_receives_nothing(open_page, scheduled):
    page, other = await open_page(), await open_page()
    another = await in_thread(make_scheduled_space)
    for each, space in ((page, scheduled), (other, another)):
        await each.watch(spaces=[space])
        await each.next_card(space)
    await in_thread(change, scheduled, state=State.CANCELLED)
    await page.next_card(scheduled)
    await other.receives_nothing_else()


async def test_the_card_of_a_scheduled_space_behind_a_block_is_not_visible(
    open_page, scheduled, ana
):
    await in_thread(block, blocker=scheduled.host, blocked=ana)
    page = await open_page(ana)
    await page.watch(spaces=[scheduled])
    assert await page.next_card(scheduled) is None


async def test_a_space_behind_a_block_looks_like_an_unknown_one(open_page, host, ana):
    space, nowhere = await in_thread(make_space, host), Space(public_id=NOWHERE)
    for blocker, blocked in ((host, ana), (ana, host)):
        await in_thread(block, blocker=blocker, blocked=blocked)
        page = await open_page(ana)
        await page.watch(spaces=[space, nowhere])
        shown = (await page.receive("spaces"))["spaces"]
        assert shown == {space.public_id: None, NOWHERE: None}
        await in_thread(unblock, blocker=blocker, blocked=blocked)
    await in_thread(block, blocker=host, blocked=ana)
    page, other = await open_page(ana), await open_page()
    for each in (page, other):
        await each.watch(spaces=[space])
    assert await page.next_card(space) is None
    await in_thread(lifecycle.end, space, by=host)
    while "lasted" not in await other.next_card(space):
        pass
    await page.send({"t": "beat"})
    assert json.loads(await page.socket.receive_from(5)) == {"t": "beat"}


async def test_a_block_removes_the_card(open_page, host, ana, monkeypatch):
    monkeypatch.setattr("spaces.directory.live_updates.cards.COUNT_EVERY", 0.2)
    space = await in_thread(make_space, host)
    page = await open_page(ana)
    await page.watch(spaces=[space])
    assert await page.next_card(space) == {"listening": 0}
    await in_thread(block, blocker=host, blocked=ana)
    await (await open_page()).watch(spaces=[space])  # this page triggers the count for all
    assert await page.next_card(space) is None


async def test_a_list_receives_new_spaces_and_their_end(open_page, host):
    older = await in_thread(make_space)
    page = await open_page()
    await page.watch(spaces=[older])
    await page.list(since=older.started_at.timestamp())
    space = await in_thread(make_space, host)
    assert await page.receive_new_spaces() == [space.public_id]
    await in_thread(lifecycle.end, space, by=host)
    while "lasted" not in await page.next_card(space):
        pass


async def test_a_list_that_was_disconnected_receives_missed_spaces(open_page, host):
    older, space = await in_thread(make_space), await in_thread(make_space, host)
    page = await open_page()
    await page.list(since=older.started_at.timestamp())
    assert await page.receive_new_spaces() == [space.public_id]
    await page.list(since=space.started_at.timestamp())
    await page.receives_nothing_else()


async def test_a_list_receives_no_spaces_behind_a_block(open_page, host, ana):
    await in_thread(block, blocker=host, blocked=ana)
    await in_thread(make_space, host)
    page = await open_page(ana)
    await page.list()
    await page.receives_nothing_else()
    space = await in_thread(make_space)
    assert await page.receive_new_spaces() == [space.public_id]


async def test_a_filtered_list_receives_only_matching_spaces(open_page, host):
    music = await in_thread(lambda: Topic.objects.get_or_create(slug="music", name="Music")[0])
    matching, other, unfiltered = await open_page(), await open_page(), await open_page()
    await matching.list(topic="music", words="lant mus")
    await other.list(topic="music", words="tram")
    await unfiltered.list()
    rain = {"host": host, "title": "Rain on Lantern Street", "topics": [music]}
    space = await in_thread(lifecycle.start, **rain)
    assert (
        await matching.receive_new_spaces()
        == await unfiltered.receive_new_spaces()
        == [space.public_id]
    )
    tram = await in_thread(make_space, title="A tram at dawn")
    assert await unfiltered.receive_new_spaces() == [tram.public_id]
    for page in (matching, other):
        await page.receives_nothing_else()


async def test_a_page_without_a_list_receives_no_new_spaces(open_page):
    page, other = await open_page(), await open_page()
    await page.list()
    await page.watch()
    await other.list()
    await in_thread(make_space)
    await other.receive_new_spaces()
    await page.receives_nothing_else()


async def test_changes_are_found_by_polling_while_redis_is_down(
    open_page, host, redis_server, monkeypatch
):
    monkeypatch.setattr("spaces.directory.live_updates.open_pages.MAX_REFRESH_INTERVAL", 0.5)
    page = await open_page()
    await page.watch(host)
    await in_thread(redis_server.stop)
    space = await in_thread(make_space, host)
    assert (await page.receive("changed", timeout=15))["people"] == {host.key: ring(space)}
    await in_thread(redis_server.start)


def test_the_list_of_frame_kinds_is_complete():
    assert FRAMES.keys() == {"beat", "watch", "list", "unread"}


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
        ({**WATCH, "people": ["u1"] * (MAX_WATCHED + 1)}, "malformed"),
        ({**WATCH, "people": ["u" + "1" * 18] * 1000}, "too_large"),
        ({**WATCH, "spaces": NOWHERE}, "malformed"),
        ({**WATCH, "spaces": [7]}, "malformed"),
        ({**WATCH, "spaces": ["short"]}, "malformed"),
        ({**WATCH, "spaces": ["' OR 1=1--"]}, "malformed"),
        ({**WATCH, "spaces": [NOWHERE] * (MAX_CARDS + 1)}, "malformed"),
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
async def test_an_invalid_frame_is_refused_and_the_socket_stays_open(open_page, frame, code):
    page = await open_page()
    await page.send(frame)
    assert (await page.receive("refused"))["code"] == code
    await page.send({"t": "beat"})
    assert await page.receive("beat")


async def test_repeated_invalid_frames_close_the_socket(open_page):
    page = await open_page()
    for _ in range(10):
        await page.send("{")
    assert await page.close_code() == MALFORMED


async def test_a_flood_of_frames_closes_the_socket(open_page):
    page = await open_page()
    for _ in range(40):
        await page.send(WATCH)
    assert await page.close_code() == TOO_FAST


@pytest.mark.parametrize("origin", ["http://evil.example", "null"])
async def test_a_socket_from_another_origin_is_refused(open_page, host, origin):
    page = await in_thread(AnyPage, "", host, origin=origin)
    assert await page.open() is False


async def test_a_closed_page_leaves_nothing_in_memory(open_page, host):
    page = await open_page()
    space = await in_thread(make_space, host)
    await page.watch(host, spaces=[space])
    await page.list()
    await page.close()
    open_pages = get_open_pages()
    assert (open_pages.pages, open_pages.watchers, open_pages.cards.watchers) == (set(), {}, {})
    assert open_pages.lists.pages == set()
