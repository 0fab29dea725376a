"""Keep the rings, cards, lists, Spaces bar and notifications of every open page up to date.

A signal says only that something has changed. Each web process then reads the live index, at most
once a second, compares it with the previous one and sends each page the changes in what it shows.
If Redis loses a signal, the next comparison finds the change.
"""

import asyncio
from collections.abc import Awaitable
from functools import cache

import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from accounts.models import Follow
from core import database, person_keys
from core.background import end_all, forever
from core.sockets.frame import Frame, encode
from core.throttle import Throttle
from safety import suspension
from spaces.directory import live_index
from spaces.directory.live_index import Live
from spaces.directory.live_updates.arrivals import Arrivals
from spaces.directory.live_updates.cards import Cards
from spaces.directory.live_updates.lists import Lists
from spaces.directory.live_updates.notifications import Notified
from spaces.directory.live_updates.pages import Page, Watchers, blocked_pairs, ids_of
from spaces.directory.live_updates.watch_answers import WatchAnswers
from spaces.room.expulsions import disconnect_signed_out

log = structlog.get_logger(__name__)

GROUP = "people"
MIN_REFRESH_INTERVAL = 1.0  # seconds between two refreshes that signals requested
MAX_REFRESH_INTERVAL = 10.0  # seconds; refresh without a signal, since Redis may have lost it
EXPEL_EVERY = 2.0  # seconds
BARS_PER_SECOND = 50  # pages of one process that may reload their Spaces bar

Changes = dict[str, Live | None]  # by person key; None if the person is no longer live


def request_refresh() -> None:
    """Make every process read the live index, because a stage or a scheduled Space has changed."""
    live_index.invalidate()
    try:
        async_to_sync(get_channel_layer().group_send)(GROUP, {"type": "people"})
    except Exception as error:  # processes refresh within MAX_REFRESH_INTERVAL anyway
        log.warning("refresh_not_requested", error=repr(error))


def frame_of(people: Changes) -> dict[str, dict[str, str] | None]:
    """Return people in the message format of docs/protocol.md."""
    return {
        key: {"space": live.space_id, "role": live.role} if live else None
        for key, live in people.items()
    }


@cache
def get_open_pages() -> "OpenPages":
    """Return this process's instance."""
    return OpenPages()


class OpenPages:
    def __init__(self) -> None:
        self.people: dict[str, Live] = {}
        self.pages: set[Page] = set()
        self.arrivals = Arrivals()
        self.watchers = Watchers()
        self.cards = Cards(self._send)
        self.lists = Lists(self._send, self.cards)
        self.answers = WatchAnswers(
            self.pages, send_people=self._send_people, cards=self.cards, lists=self.lists
        )
        self.notified = Notified(self._send)
        self.refreshing = Throttle(MIN_REFRESH_INTERVAL, self._refresh)
        self._loops: list[asyncio.Task[None]] = []
        self._ready = asyncio.Event()

    async def join(self, page: Page) -> None:
        """Add a page. After this, `people` is current, or a later refresh corrects the page."""
        self.pages.add(page)
        if not self._loops:
            loops = (self._receive, self.notified.receive, self._refresh_regularly, self._expel)
            self._loops = [
                asyncio.create_task(forever(loop, failed="open_pages_loop_failed"))
                for loop in loops
            ]
        await self._ready.wait()
        await self.notified.join(page)
        if len(self.pages) == 1:
            await self._refresh()  # the index was not read while no page was open

    def leave(self, page: Page) -> None:
        self.watch(page, frozenset())
        self.cards.leave(page)
        self.lists.leave(page)
        self.answers.leave(page)
        self.notified.leave(page)
        self.pages.discard(page)

    def watch(self, page: Page, keys: frozenset[str]) -> None:
        self.watchers.follow(page, page.watched, keys)
        page.watched = keys

    async def stop(self) -> None:
        """Cancel the loops. Only for tests; a web process just exits."""
        await end_all(self._loops)

    async def _send_people(self, pages: list[Page]) -> None:
        """Send each page which of the people it shows are live."""
        blocked = await self._blocks_on(pages)
        for page in pages:
            live = {key: self.people[key] for key in page.watched & self.people.keys()}
            visible: Changes = {
                key: each
                for key, each in live.items()
                if (each.host_id, page.user_id) not in blocked
            }
            await self._send(page, {"t": "live", "people": frame_of(visible)})

    async def _blocks_on(self, pages: list[Page]) -> set[tuple[int, int]]:
        """Return the pairs (host, reader) with a block between them, for all hosts whose Spaces
        these pages lead to."""
        known: set[int] = set()
        blocked: set[tuple[int, int]] = set()
        while new := self._hosts_on(pages) - known:  # a refresh during the query may add hosts
            blocked |= await blocked_pairs(new, ids_of(pages))
            known |= new
        return blocked

    def _hosts_on(self, pages: list[Page]) -> set[int]:
        people = self.people
        return {people[key].host_id for page in pages for key in page.watched & people.keys()}

    async def _receive(self) -> None:
        layer = get_channel_layer()
        try:
            channel = await layer.new_channel("open_pages.")
            await layer.group_add(GROUP, channel)
        finally:
            self._ready.set()  # even if Redis is down, because _refresh_regularly needs no signals
        while True:
            await layer.receive(channel)
            self.refreshing.request()

    async def _refresh_regularly(self) -> None:
        while True:
            if self.pages:
                self.refreshing.request()
            if self.cards.watchers:
                self.cards.counting.request()
            await asyncio.sleep(MAX_REFRESH_INTERVAL)

    async def _expel(self) -> None:
        while True:
            await asyncio.sleep(EXPEL_EVERY)
            readers = [page for page in self.pages if page.user_id is not None]
            if not readers:
                continue
            suspended = await database.run(set, suspension.recent())
            for page in [page for page in readers if page.user_id in suspended]:
                await self._try(page, page.expel())
            await disconnect_signed_out(readers)

    async def _refresh(self) -> None:
        if not self.pages:
            return
        index = await database.run(live_index.refresh)
        before, self.people = self.people, index.people
        changes: Changes = {
            key: self.people.get(key)
            for key in before.keys() | self.people.keys()
            if before.get(key) != self.people.get(key)
        }
        if changes:
            await self._send_changes(changes)
            await self._refresh_bars(changes)
        await self.cards.refresh(index)
        await self.lists.refresh(index)

    async def _send_changes(self, changes: Changes) -> None:
        pages = self.watchers.of(changes)
        blocked = await blocked_pairs(
            {live.host_id for live in changes.values() if live}, ids_of(pages)
        )
        for page in pages:
            visible = {
                key: None if live and (live.host_id, page.user_id) in blocked else live
                for key, live in changes.items()
                if key in page.watched
            }
            await self._send(page, {"t": "changed", "people": frame_of(visible)})

    async def _refresh_bars(self, changes: Changes) -> None:
        """Tell pages to reload their Spaces bar, at most BARS_PER_SECOND of them in each second."""
        pages = [page for page in self.pages if page.has_bar]
        changed = set(person_keys.accounts_in(changes))
        followers = await followers_among(ids_of(pages), changed)
        for position, page in enumerate(page for page in pages if page.user_id in followers):
            await self._send(page, {"t": "bar", "in": round(position / BARS_PER_SECOND, 2)})

    async def _send(self, page: Page, frame: dict[str, object]) -> None:
        await self._try(page, page.deliver(Frame(encode(frame))))

    async def _try(self, page: Page, sending: Awaitable[None]) -> None:
        try:
            await sending
        except Exception as error:  # one broken socket must not stop the sending to the others
            log.info("socket_lost", error=repr(error))
            self.leave(page)


async def followers_among(readers: set[int], people: set[int]) -> set[int]:
    """Return the ids among `readers` who follow at least one of `people`."""
    if not readers:
        return set()
    follows = Follow.objects.filter(follower_id__in=readers, followed_id__in=people)
    return await database.run(set, follows.values_list("follower_id", flat=True).distinct())
