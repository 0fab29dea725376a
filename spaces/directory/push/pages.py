"""The pages that are open in this process, and what each of them shows."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from accounts.blocking import pairs_between
from accounts.session_refs import SessionRef
from core import database
from core.sockets.frame import Frame
from spaces.directory.search import wanted_by


@dataclass(frozen=True)
class Listing:
    """A list of live Spaces on a page: when the newest began, and what it is narrowed to."""

    since: float  # seconds since 1970
    topic: str  # a slug, or ""
    words: str

    @cached_property
    def wanted(self) -> list[str]:
        return wanted_by(self.words)

    @property
    def is_narrow(self) -> bool:
        return bool(self.topic or self.words)


class Page(Protocol):
    """What this package needs of a page's socket."""

    user_id: int | None
    session: SessionRef  # its reader's
    watched: frozenset[str]  # keys of the people it shows
    cards: dict[str, Any]  # public id of each Space it shows -> the last state sent
    has_bar: bool  # shows the Spaces bar of its reader
    listing: Listing | None

    async def deliver(self, frame: Frame) -> None: ...

    async def expel(self) -> None:
        """Close it: its reader is suspended."""

    async def reconnect(self) -> None:
        """Close it: its reader's session has ended."""


class Watchers(defaultdict[str, set[Page]]):
    """Which pages show a person or a Space, by person key or public id."""

    def __init__(self) -> None:
        super().__init__(set)

    def follow(self, page: Page, before: Collection[str], now: Collection[str]) -> None:
        """Note that the page showed `before` and shows `now`."""
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
    """Return the pairs (host, reader) of whom one blocks the other: the reader sees nothing of the
    host, as by `Space.objects.visible_to`."""
    if not hosts or not readers:
        return set()
    return await database.run(pairs_between, hosts, readers)
