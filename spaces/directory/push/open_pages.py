"""Keep every open page up to date on who and what is live, of all that it shows.

A signal says only that something changed. Each web process then reads the live index, at most once
a second, compares it with the one before and sends each page the differences that concern it.
What Redis loses on the way is found the next time.
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
from spaces.directory.live_people import Live, people_of
from spaces.directory.push.cards import Cards
from spaces.directory.push.lists import Lists
from spaces.directory.push.pages import Page, Watchers, blocked_pairs, ids_of
from spaces.directory.push.watch_answers import WatchAnswers, blocks_around
from spaces.room.disconnects import disconnect_signed_out

log = structlog.get_logger(__name__)

GROUP = "people"
REFRESH_EVERY = 1.0  # seconds, while things change
REFRESH_ANYWAY = 10.0  # seconds: Redis may have lost a signal
EXPEL_EVERY = 2.0  # seconds
BARS_A_SECOND = 50  # pages of a process that fetch their Spaces bar again

Changes = dict[str, Live | None]  # None: no longer live


def request_refresh() -> None:
    """Have every process read the live index again: somebody came on a live stage or left one."""
    live_index.invalidate()
    try:
        async_to_sync(get_channel_layer().group_send)(GROUP, {"type": "people"})
    except Exception as error:
        log.warning("refresh_not_requested", error=repr(error))  # done after REFRESH_ANYWAY


def frame_of(people: Changes) -> dict[str, dict[str, str] | None]:
    """Return live people as the wire has them (docs/protocol.md)."""
    return {
        key: {"space": live.space_id, "role": live.role} if live else None
        for key, live in people.items()
    }


@cache
def get_rings() -> "Rings":
    """Return the instance of this process."""
    return Rings()


class Rings:
    def __init__(self) -> None:
        self.people: dict[str, Live] = {}
        self.pages: set[Page] = set()
        self.watchers = Watchers()
        self.cards = Cards(self._send)
        self.lists = Lists(self._send, self.cards)
        self.answers = WatchAnswers(self)
        self.refreshing = Throttle(REFRESH_EVERY, self._refresh)
        self._loops: list[asyncio.Task[None]] = []
        self._ready = asyncio.Event()

    async def join(self, page: Page) -> None:
        """Add a page. After this, `people` is current, or a later refresh corrects the page."""
        self.pages.add(page)
        if not self._loops:
            loops = (self._receive, self._refresh_anyway, self._expel)
            self._loops = [
                asyncio.create_task(forever(loop, failed="rings_loop_failed")) for loop in loops
            ]
        await self._ready.wait()
        if len(self.pages) == 1:
            await self._refresh()  # nothing was read while no page was open

    def leave(self, page: Page) -> None:
        self.watch(page, frozenset())
        self.cards.leave(page)
        self.lists.leave(page)
        self.answers.leave(page)
        self.pages.discard(page)

    def watch(self, page: Page, keys: frozenset[str]) -> None:
        self.watchers.follow(page, page.watched, keys)
        page.watched = keys

    async def send_live(self, pages: list[Page]) -> None:
        """Send each page those of its people who are live; the others are not."""
        blocked = await blocks_around(self, pages)
        for page in pages:
            live = {key: self.people[key] for key in page.watched & self.people.keys()}
            visible: Changes = {
                key: each
                for key, each in live.items()
                if (each.host_id, page.user_id) not in blocked
            }
            await self._send(page, {"t": "live", "people": frame_of(visible)})

    async def stop(self) -> None:
        """End the loops; for tests, since a web process just ends."""
        await end_all(self._loops)

    async def _receive(self) -> None:
        layer = get_channel_layer()
        try:
            channel = await layer.new_channel("rings.")
            await layer.group_add(GROUP, channel)
        finally:
            self._ready.set()  # without Redis, too: REFRESH_ANYWAY goes on
        while True:
            await layer.receive(channel)
            self.refreshing.ask()

    async def _refresh_anyway(self) -> None:
        while True:
            if self.pages:
                self.refreshing.ask()
            if self.cards.watchers:
                self.cards.counting.ask()
            await asyncio.sleep(REFRESH_ANYWAY)

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
        before, self.people = self.people, people_of(index)
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
            mine = {
                key: None if live and (live.host_id, page.user_id) in blocked else live
                for key, live in changes.items()
                if key in page.watched
            }
            await self._send(page, {"t": "changed", "people": frame_of(mine)})

    async def _refresh_bars(self, changes: Changes) -> None:
        """Have pages fetch their Spaces bar again, many of them one after another."""
        pages = [page for page in self.pages if page.has_bar]
        changed = set(person_keys.accounts_in(changes))
        concerned = await followers_among(ids_of(pages), changed)
        for place, page in enumerate(page for page in pages if page.user_id in concerned):
            await self._send(page, {"t": "bar", "in": round(place / BARS_A_SECOND, 2)})

    async def _send(self, page: Page, frame: dict[str, object]) -> None:
        await self._try(page, page.deliver(Frame(encode(frame))))

    async def _try(self, page: Page, sending: Awaitable[None]) -> None:
        try:
            await sending
        except Exception as error:  # one broken socket must not silence the others
            log.info("socket_lost", error=repr(error))
            self.leave(page)


async def followers_among(readers: set[int], people: set[int]) -> set[int]:
    """Return those of `readers` who follow one of `people`."""
    if not readers:
        return set()
    follows = Follow.objects.filter(follower_id__in=readers, followed_id__in=people)
    return await database.run(set, follows.values_list("follower_id", flat=True).distinct())
