"""Offer pages that list live Spaces the ones that began later and belong on their list.

All pages of a process are served together: a refresh that finds new Spaces takes the same queries
however many pages are open. A Space that was offered counts as a card of the page from then on.
"""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass

from core import database
from spaces.directory.live_index import LiveIndex, Stage
from spaces.directory.push.cards import MOST, Cards
from spaces.directory.push.pages import Listing, Page, blocked_pairs, ids_of
from spaces.directory.search import has_words, words_of
from spaces.models import Space

FETCHES_A_SECOND = 50  # by pages of a process that fetch their list again

Send = Callable[[Page, dict[str, object]], Awaitable[None]]


@dataclass(frozen=True)
class Facts:
    """What a list may be narrowed by."""

    topics: frozenset[str]
    words: list[str]


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
        """Offer these pages everything that began since their lists were made."""
        await self._offer(pages & self.pages, self.stages)

    def leave(self, page: Page) -> None:
        page.listing = None
        self.pages.discard(page)

    async def refresh(self, index: LiveIndex) -> None:
        known = {stage.pk for stage in self.stages}
        self.stages = index.stages
        await self._offer(self.pages, [each for each in self.stages if each.pk not in known])

    async def _offer(self, pages: set[Page], stages: list[Stage]) -> None:
        offers = [(page, page.listing, began) for page in pages if (began := _later(page, stages))]
        if not offers:
            return
        concerned = [page for page, _, _ in offers]
        hosts = {stage.pk: stage.host_id for _, _, began in offers for stage in began}
        blocked = await blocked_pairs(set(hosts.values()), ids_of(concerned))
        narrow = any(listing and listing.is_narrow for _, listing, _ in offers)
        known = await database.run(facts, hosts.keys()) if narrow else {}
        for place, (page, listing, began) in enumerate(offers):
            if page.listing is not listing:  # it left meanwhile, or lists something else
                continue
            mine = [
                stage.public_id
                for stage in began
                if (stage.host_id, page.user_id) not in blocked
                and _belongs(listing, known.get(stage.pk))
            ]
            if mine:
                self._cards.add(page, mine)
                wait = round(place / FETCHES_A_SECOND, 2)
                await self._send(page, {"t": "began", "spaces": mine, "in": wait})


def _later(page: Page, stages: list[Stage]) -> list[Stage]:
    if page.listing is None:
        return []
    since = page.listing.since
    later = [stage for stage in stages if stage.started_at.timestamp() > since]
    return later[:MOST]  # bounds what a page that was away for long can cost


def _belongs(listing: Listing | None, found: Facts | None) -> bool:
    if listing is None or not listing.is_narrow:
        return listing is not None
    if found is None or (listing.topic and listing.topic not in found.topics):
        return False
    return not listing.words or has_words(found.words, listing.wanted)
