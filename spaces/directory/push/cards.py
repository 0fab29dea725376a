"""The Spaces whose cards open pages show: live, with so many listeners, or over.

Each page is told what it was not told before. That a Space is over is found by the look that
finds who is live; how many listen is counted now and then, for all pages of the process at once.
"""

import time
from collections.abc import Awaitable, Callable, Collection
from typing import Any

from core import database, person_keys
from core.throttle import Throttle
from core.times import lasted
from spaces.directory.live_index import LiveIndex
from spaces.directory.push.pages import Page, Watchers, blocked_pairs, ids_of
from spaces.models import Participant, Space
from spaces.room import presence

COUNT_EVERY = 5.0  # seconds
MOST = 100  # Spaces on one page
KEPT = 60.0  # seconds that what is known of a Space that is over is trusted
MOST_KNOWN = 10_000  # Spaces that are over, or never were
ASKED_AT_ONCE = 500  # of them in one query

Told = dict[str, Any] | None  # {"listening": n}, {"lasted": words}; None: not to be seen
Say = Callable[[Page, dict[str, object]], Awaitable[None]]
UNTOLD: Told = {}


def count(names: Collection[str]) -> dict[str, int] | None:
    """How many listen in each of these live Spaces; None while Redis cannot say."""
    stages: dict[str, list[str]] = {name: [] for name in names}
    seats = Participant.objects.on_stage().filter(space__public_id__in=names)
    for name, user_id in seats.values_list("space__public_id", "user_id"):
        stages[name].append(person_keys.of_account(user_id))
    return presence.listening(stages)


def others(names: Collection[str]) -> dict[str, tuple[int, Told]]:
    """Of what is not known to be live: host and what to say, nothing of what has just begun."""
    spaces = Space.objects.linked().filter(public_id__in=names)
    return {
        space.public_id: (
            space.host_id,
            {"lasted": lasted(space.duration)} if space.is_ended else UNTOLD,
        )
        for space in spaces
    }


class Cards:
    def __init__(self, say: Say) -> None:
        self.live: dict[str, int] = {}
        self.counts: dict[str, int] = {}
        self.watchers = Watchers()
        self.counting = Throttle(COUNT_EVERY, self._count)
        self._known: dict[str, tuple[float, tuple[int, Told] | None]] = {}  # and since when
        self._say = say

    def watch(self, page: Page, names: frozenset[str]) -> None:
        """It shows these from now on."""
        self.watchers.follow(page, page.cards, names)
        page.cards = {name: page.cards.get(name, UNTOLD) for name in names}

    async def tell(self, pages: set[Page]) -> None:
        """What is over is told at once, the rest by the next count."""
        if names := {name for page in pages for name in page.cards}:
            await self._tell(pages, names)
            self.counting.ask()

    def add(self, page: Page, names: Collection[str]) -> None:
        """Of these it is told from now on, as far as a page shows so many."""
        now = [*page.cards, *(name for name in names if name not in page.cards)][:MOST]
        self.watchers.follow(page, page.cards, now)
        page.cards = {name: page.cards.get(name, UNTOLD) for name in now}

    def leave(self, page: Page) -> None:
        self.watchers.follow(page, page.cards, ())
        page.cards = {}

    async def look(self, reading: LiveIndex) -> None:
        before, self.live = self.live, {each.public_id: each.host_id for each in reading.stages}
        over = before.keys() - self.live.keys()
        if shown := over & self.watchers.keys():
            await self._tell(self.watchers.of(shown), shown)

    async def _count(self) -> None:
        """Also whom a block came between meanwhile, and what a lost word left out."""
        names = self.live.keys() & self.watchers.keys()
        counted = await database.run(count, names) if names else {}
        self.counts = self.counts if counted is None else counted
        await self._tell(self.watchers.of(self.watchers), self.watchers.keys())

    async def _tell(self, pages: set[Page], names: Collection[str]) -> None:
        away = set(names) - self.live.keys()
        found = {name: (self.live[name], self._live(name)) for name in set(names) - away}
        found |= await self._over(away)
        blocked = await blocked_pairs({host for host, _ in found.values()}, ids_of(pages))
        told = set(names)
        for page in pages:
            news: dict[str, Told] = {}
            for name in page.cards.keys() & told:
                host, now = found.get(name, (0, None))
                now = None if (host, page.user_id) in blocked else now
                if now != UNTOLD and now != page.cards[name]:
                    news[name] = now
            if news:
                page.cards |= news
                await self._say(page, {"t": "spaces", "spaces": news})

    async def _over(self, away: set[str]) -> dict[str, tuple[int, Told]]:
        """As `others`. What is over, or was never there, is asked for once in a while."""
        now = time.monotonic()
        known = {name: self._known[name] for name in away if name in self._known}
        answers = {name: answer for name, (at, answer) in known.items() if at > now - KEPT}
        new = list(away - answers.keys())
        for start in range(0, len(new), ASKED_AT_ONCE):
            asked = new[start : start + ASKED_AT_ONCE]
            found = await database.run(others, asked)
            for name in asked:
                answers[name] = found.get(name)
                if name not in found or found[name][1] != UNTOLD:  # else it has just begun
                    self._known[name] = (now, found.get(name))
        while len(self._known) > MOST_KNOWN:
            del self._known[next(iter(self._known))]
        return {name: answer for name, answer in answers.items() if answer is not None}

    def _live(self, name: str) -> Told:
        return {"listening": self.counts[name]} if name in self.counts else UNTOLD
