"""However many pages watch people and Spaces, the number of queries stays the same."""

import asyncio
import json
import threading

import pytest
from django.db.backends.utils import CursorWrapper

from accounts.blocking import block
from accounts.session_refs import SessionRef
from spaces.actions import lifecycle
from spaces.directory.live_index import read
from spaces.directory.live_updates import cards
from spaces.directory.live_updates.open_pages import OpenPages
from spaces.directory.live_updates.pages import Listing
from spaces.directory.live_updates.watch_answers import MAX_BATCH_CARDS
from tests.factories import make_host, make_space, make_user
from tests.fixtures.room import in_thread


class ShownPage:
    """Stands in for a page's socket, without a connection."""

    def __init__(self, open_pages, user_id):
        self.user_id, self.session, self.has_bar = user_id, SessionRef(), False
        self.watched, self.cards, self.listing = frozenset(), {}, None
        self.frames = asyncio.Queue()
        self._open_pages = open_pages
        open_pages.pages.add(self)

    def watch(self, people, spaces):
        self._open_pages.watch(self, frozenset(people))
        self._open_pages.cards.watch(self, frozenset(spaces))
        self._open_pages.answers.request(self)

    def list(self, **narrowed):
        listing = Listing(**{"since": 0.0, "topic": "", "words": "", **narrowed})
        self._open_pages.lists.show(self, listing)
        self._open_pages.answers.request_list(self)

    async def deliver(self, frame):
        self.frames.put_nowait(json.loads(frame.text))

    async def receive(self, kind):
        async with asyncio.timeout(10):
            while (frame := await self.frames.get())["t"] != kind:
                pass
        return frame


@pytest.fixture
def queries(monkeypatch):
    """The statements that all threads execute."""
    statements, lock, execute = [], threading.Lock(), CursorWrapper.execute

    def counted(self, sql, params=None):
        with lock:
            statements.append(sql)
        return execute(self, sql, params)

    monkeypatch.setattr(CursorWrapper, "execute", counted)
    return statements


@pytest.fixture
async def open_pages(both_databases):
    """`OpenPages` without its loops."""
    open_pages = OpenPages()
    open_pages.cards.counting.ask = lambda: None
    yield open_pages
    if answering := asyncio.all_tasks() - {asyncio.current_task()}:  # may be running a query
        await asyncio.wait(answering, timeout=10)


def make_site():
    host, ended = make_host(), make_space(make_host())
    live, blocked = make_space(host), make_user()
    lifecycle.end(ended, by=ended.host)
    block(blocker=host, blocked=blocked)
    return host, live, ended, blocked, [make_user() for _ in range(12)]


async def refresh(open_pages):
    open_pages.pages.add(idle := ShownPage(open_pages, None))
    await open_pages._refresh()
    open_pages.pages.discard(idle)


def selects(queries):
    return [sql for sql in queries if sql.startswith("SELECT")]


@pytest.mark.parametrize("many", [1, 12])
async def test_query_count_does_not_grow_with_the_number_of_pages(open_pages, queries, many):
    host, live, ended, blocked, readers = await in_thread(make_site)
    await refresh(open_pages)
    queries.clear()
    pages = [ShownPage(open_pages, reader.pk) for reader in [*readers[:many], blocked]]
    for page in pages:
        for _ in range(5):  # repeated requests cost nothing either
            page.watch([host.key], [live.public_id, ended.public_id])
        page.list(words=live.title)
    for page in pages[:-1]:
        assert (await page.receive("live"))["people"].keys() == {host.key}
        assert (await page.receive("spaces"))["spaces"].keys() == {ended.public_id}
        assert (await page.receive("began"))["spaces"] == [live.public_id]
    assert (await pages[-1].receive("live"))["people"] == {}
    assert (await pages[-1].receive("spaces"))["spaces"][live.public_id] is None
    # Who blocks whom, for people, cards and lists (3); ended Spaces (1); the list's search (2).
    assert len(selects(queries)) <= 6
    queries.clear()
    for page in pages:
        page.watch([host.key], [live.public_id, ended.public_id])
    for page in pages:
        await page.receive("live")
    # Ended Spaces are not read again.
    assert not [sql for sql in selects(queries) if '"public_id" IN' in sql]


async def test_unknown_spaces_are_looked_up_once_in_batches(open_pages, queries, monkeypatch):
    monkeypatch.setattr(cards, "ASKED_AT_ONCE", 50)
    pages = [ShownPage(open_pages, None) for _ in range(3)]
    names = [f"nosuch{number:04}" for number in range(100)]
    queries.clear()
    for page in pages:
        page.watch([], names)
    for page in pages:
        assert (await page.receive("spaces"))["spaces"] == dict.fromkeys(names)
    assert len(selects(queries)) == 2


async def test_requests_beyond_one_batch_are_answered_later(open_pages):
    pages = [ShownPage(open_pages, None) for _ in range(MAX_BATCH_CARDS // 100 + 5)]
    for place, page in enumerate(pages):
        page.watch([], [f"nosuch{place:02}{number:02}" for number in range(100)])
    for page in pages:
        assert len((await page.receive("spaces"))["spaces"]) == 100


async def test_memory_of_unknown_spaces_is_bounded(open_pages, monkeypatch):
    monkeypatch.setattr(cards, "MAX_KNOWN", 10)
    page = ShownPage(open_pages, None)
    page.watch([], [f"nosuch{number:04}" for number in range(100)])
    await page.receive("spaces")
    assert len(open_pages.cards._known) <= 10


async def test_a_page_that_left_is_not_answered(open_pages):
    page = ShownPage(open_pages, None)
    page.watch([], ["nosuchone1"])
    page.list()
    open_pages.leave(page)
    assert (open_pages.answers._watching, open_pages.answers._listing) == ({}, {})


def test_reading_the_live_index_takes_one_query(both_databases, django_assert_num_queries):
    for _ in range(3):
        make_space(make_host())
    with django_assert_num_queries(1):
        read()
