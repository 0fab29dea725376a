"""What pages ask costs the database the same, however many sockets ask it."""

import asyncio
import json
import threading

import pytest
from django.db.backends.utils import CursorWrapper

from accounts.blocking import block
from accounts.session_refs import SessionRef
from spaces.actions import lifecycle
from spaces.directory.live_index import read
from spaces.directory.push import cards
from spaces.directory.push.pages import Listing
from spaces.directory.push.rings import Rings
from spaces.directory.push.watch_answers import MOST_CARDS
from tests.factories import make_host, make_space, make_user
from tests.fixtures.room import in_thread


class ShownPage:
    """A page's socket without a socket."""

    def __init__(self, rings, user_id):
        self.user_id, self.session, self.has_bar = user_id, SessionRef(), False
        self.watched, self.cards, self.listing = frozenset(), {}, None
        self.heard = asyncio.Queue()
        self._rings = rings
        rings.pages.add(self)

    def watch(self, people, spaces):
        self._rings.watch(self, frozenset(people))
        self._rings.cards.watch(self, frozenset(spaces))
        self._rings.answers.ask(self)

    def list(self, **narrowed):
        listing = Listing(**{"since": 0.0, "topic": "", "words": "", **narrowed})
        self._rings.lists.show(self, listing)
        self._rings.answers.ask_list(self)

    async def deliver(self, frame):
        self.heard.put_nowait(json.loads(frame.text))

    async def hear(self, kind):
        async with asyncio.timeout(10):
            while (frame := await self.heard.get())["t"] != kind:
                pass
        return frame


@pytest.fixture
def queries(monkeypatch):
    """Every statement that any thread executes."""
    told, lock, execute = [], threading.Lock(), CursorWrapper.execute

    def counted(self, sql, params=None):
        with lock:
            told.append(sql)
        return execute(self, sql, params)

    monkeypatch.setattr(CursorWrapper, "execute", counted)
    return told


@pytest.fixture
async def rings(both_databases):
    """Has looked once, and does nothing by itself."""
    rings = Rings()
    rings.cards.counting.ask = lambda: None
    yield rings
    if answering := asyncio.all_tasks() - {asyncio.current_task()}:  # in the database, perhaps
        await asyncio.wait(answering, timeout=10)


def a_site():
    host, over = make_host(), make_space(make_host())
    live, blocked = make_space(host), make_user()
    lifecycle.end(over, by=over.host)
    block(blocker=host, blocked=blocked)
    return host, live, over, blocked, [make_user() for _ in range(12)]


async def look(rings):
    rings.pages.add(idle := ShownPage(rings, None))
    await rings._look()
    rings.pages.discard(idle)


def asked(queries):
    return [sql for sql in queries if sql.startswith("SELECT")]


@pytest.mark.parametrize("many", [1, 12])
async def test_so_many_pages_cost_as_much_as_one(rings, queries, many):
    host, live, over, blocked, readers = await in_thread(a_site)
    await look(rings)
    queries.clear()
    pages = [ShownPage(rings, reader.pk) for reader in [*readers[:many], blocked]]
    for page in pages:
        for _ in range(5):  # and however often each of them asks
            page.watch([host.key], [live.public_id, over.public_id])
        page.list(words=live.title)
    for page in pages[:-1]:
        assert (await page.hear("live"))["people"].keys() == {host.key}
        assert (await page.hear("spaces"))["spaces"].keys() == {over.public_id}
        assert (await page.hear("began"))["spaces"] == [live.public_id]
    assert (await pages[-1].hear("live"))["people"] == {}
    assert (await pages[-1].hear("spaces"))["spaces"][live.public_id] is None
    # Who is blocked, of people, cards and lists; what is over; what the list looks for: 2.
    assert len(asked(queries)) <= 6
    queries.clear()
    for page in pages:
        page.watch([host.key], [live.public_id, over.public_id])
    for page in pages:
        await page.hear("live")
    assert not [sql for sql in asked(queries) if '"public_id" IN' in sql]  # over stays over


async def test_names_that_nobody_has_are_asked_in_pieces_and_once(rings, queries, monkeypatch):
    monkeypatch.setattr(cards, "ASKED_AT_ONCE", 50)
    pages = [ShownPage(rings, None) for _ in range(3)]
    names = [f"nosuch{number:04}" for number in range(100)]
    queries.clear()
    for page in pages:
        page.watch([], names)
    for page in pages:
        assert (await page.hear("spaces"))["spaces"] == dict.fromkeys(names)
    assert len(asked(queries)) == 2


async def test_more_than_a_turn_can_answer_wait_and_are_answered(rings):
    pages = [ShownPage(rings, None) for _ in range(MOST_CARDS // 100 + 5)]
    for place, page in enumerate(pages):
        page.watch([], [f"nosuch{place:02}{number:02}" for number in range(100)])
    for page in pages:
        assert len((await page.hear("spaces"))["spaces"]) == 100


async def test_what_is_forgotten_is_bounded(rings, monkeypatch):
    monkeypatch.setattr(cards, "MOST_KNOWN", 10)
    page = ShownPage(rings, None)
    page.watch([], [f"nosuch{number:04}" for number in range(100)])
    await page.hear("spaces")
    assert len(rings.cards._known) <= 10


async def test_a_page_that_went_is_not_answered(rings):
    page = ShownPage(rings, None)
    page.watch([], ["nosuchone1"])
    page.list()
    rings.leave(page)
    assert (rings.answers._watching, rings.answers._listing) == ({}, {})


def test_reading_what_is_live_takes_one_query(both_databases, django_assert_num_queries):
    for _ in range(3):
        make_space(make_host())
    with django_assert_num_queries(1):
        read()
