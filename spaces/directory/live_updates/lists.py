"""Offer new Spaces to pages that list live Spaces, if they match the list's filters.

All pages of a process are served together, so the number of queries after a refresh does not grow
with the number of open pages. An offered Space becomes one of the page's cards, which are kept up
to date.
"""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass

from core import database
from spaces.directory.live_index import LiveIndex, Stage
from spaces.directory.live_updates.cards import MAX_CARDS, Cards
from spaces.directory.live_updates.pages import Listing, Page, blocked_pairs, ids_of
from spaces.directory.search import has_words, words_of
from spaces.models import Space

RELOADS_PER_SECOND = 50  # pages of one process that may reload their list

Send = Callable[[Page, dict[str, object]], Awaitable[None]]


@dataclass(frozen=True)
class Facts:
    """The properties of a Space by which a list can be filtered."""

    topics: frozenset[str]  # slugs
    words: list[str]  # of the title, the host's name and handle, and the topics


def facts(pks: Collection[int]) -> dict[int, Facts]:
    spaces = Space.objects.filter(pk__in=pks).select_related("host").prefetch_related("topics")
    return {space.pk: _facts(space) for space in spaces}


def _facts(space: Space) -> Facts:
    topics = space.topics.all()
    names = [topic.name for topic in topics]
    text = " ".join([space.title, space.host.name, space.host.handle, *names])
    return Facts(frozenset(topic.slug for topic in topics), words_of(text))


class Lists:
    def __init__(self, send: Send, cards: Cards) -> None:
        self.pages: set[Page] = set()
        self.stages: list[Stage] = []
        self._send, self._cards = send, cards

    def show(self, page: Page, listing: Listing) -> None:
        page.listing = listing
        self.pages.add(page)

    async def send(self, pages: set[Page]) -> None:
        """Offer these pages all Spaces that are newer than their lists."""
        await self._offer(pages & self.pages, self.stages)

    def leave(self, page: Page) -> None:
        page.listing = None
        self.pages.discard(page)

    async def refresh(self, index: LiveIndex) -> None:
        known = {stage.pk for stage in self.stages}
        self.stages = index.stages
        await self._offer(self.pages, [each for each in self.stages if each.pk not in known])

    async def _offer(self, pages: set[Page], stages: list[Stage]) -> None:
        offers = [(page, page.listing, began) for page in pages if (began := _newer(page, stages))]
        if not offers:
            return
        concerned = [page for page, _, _ in offers]
        hosts = {stage.pk: stage.host_id for _, _, began in offers for stage in began}
        blocked = await blocked_pairs(set(hosts.values()), ids_of(concerned))
        has_filters = any(listing and listing.is_filtered for _, listing, _ in offers)
        known = await database.run(facts, hosts.keys()) if has_filters else {}
        for position, (page, listing, began) in enumerate(offers):
            # During the queries the page may have closed or changed.
            if listing is None or page.listing is not listing:
                continue
            offered = [
                stage.public_id
                for stage in began
                if stage.public_id not in listing.offered  # a refresh may just have offered it
                and (stage.host_id, page.user_id) not in blocked
                and _matches(listing, known.get(stage.pk))
            ]
            if offered:
                listing.offered.update(offered)
                self._cards.add(page, offered)
                wait = round(position / RELOADS_PER_SECOND, 2)
                await self._send(page, {"t": "began", "spaces": offered, "in": wait})


def _newer(page: Page, stages: list[Stage]) -> list[Stage]:
    """Return the Spaces that are newer than the newest that was live when the list was made."""
    if page.listing is None:
        return []
    since = page.listing.since
    newer = [stage for stage in stages if stage.started_at.timestamp() > since]
    return newer[:MAX_CARDS]  # limits the work for a page that was offline for a long time


def _matches(listing: Listing, found: Facts | None) -> bool:
    """Return whether a Space with these facts passes the list's filters."""
    if not listing.is_filtered:
        return True
    if found is None or (listing.topic and listing.topic not in found.topics):
        return False
    return not listing.words or has_words(found.words, listing.wanted)
