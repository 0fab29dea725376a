"""An open page's socket, and which people, Spaces and list the page shows."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

from accounts.blocking import pairs_between
from accounts.session_refs import SessionRef
from core import database
from core.sockets.frame import Frame
from spaces.directory.search import wanted_by


@dataclass(frozen=True)
class Listing:
    """A list of live Spaces on a page: when it was made, and its filters."""

    since: float  # the start of the Space that was newest at that time, in seconds since 1970
    topic: str  # a slug, or ""
    words: str
    # Public ids of the Spaces that were already offered.
    offered: set[str] = field(default_factory=set, compare=False)

    @cached_property
    def wanted(self) -> list[str]:
        return wanted_by(self.words)

    @property
    def is_filtered(self) -> bool:
        return bool(self.topic or self.words)


class Page(Protocol):
    """The interface of a page's socket that this package uses. The reader is the person who opened
    the page."""

    user_id: int | None  # the reader's; None if they are signed out
    session: SessionRef  # the reader's browser session
    watched: frozenset[str]  # keys of the people whom the page shows
    cards: dict[str, Any]  # public id of each Space that the page shows -> the last state sent
    has_bar: bool  # the page shows the reader's Spaces bar
    listing: Listing | None

    async def deliver(self, frame: Frame) -> None: ...

    async def expel(self) -> None:
        """Close the socket, because the reader is suspended."""

    async def reconnect(self) -> None:
        """Close the socket so that the page reconnects, because the session has ended."""


class Watchers(defaultdict[str, set[Page]]):
    """The pages that show each person (by person key) or each Space (by public id)."""

    def __init__(self) -> None:
        super().__init__(set)

    def follow(self, page: Page, before: Collection[str], now: Collection[str]) -> None:
        """Record that the page showed `before` and now shows `now`."""
        for name in set(before) - set(now):
            self[name].discard(page)
            if not self[name]:
                del self[name]
        for name in set(now) - set(before):
            self[name].add(page)

    def of(self, names: Iterable[str]) -> set[Page]:
        return {page for name in names for page in self.get(name, ())}


def ids_of(pages: Iterable[Page]) -> set[int]:
    return {page.user_id for page in pages if page.user_id is not None}


async def blocked_pairs(hosts: set[int], readers: set[int]) -> set[tuple[int, int]]:
    """Return the pairs (host, reader) in which one blocks the other. The reader may not see the
    host's Spaces, as in `Space.objects.visible_to`."""
    if not hosts or not readers:
        return set()
    return await database.run(pairs_between, hosts, readers)
