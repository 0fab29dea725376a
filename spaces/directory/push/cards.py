"""Keep the cards of Spaces on open pages up to date: how many listen, and that a Space is over.

Each page receives what has changed since its last frame. That a Space is over follows from the live
index; listeners are counted every few seconds, for all pages of the process at once.
"""

import time
from collections.abc import Awaitable, Callable, Collection
from typing import Any

from core import database, person_keys
from core.throttle import Throttle
from core.times import duration_in_words
from spaces.directory.live_index import LiveIndex
from spaces.directory.push.pages import Page, Watchers, blocked_pairs, ids_of
from spaces.models import Participant, Space
from spaces.room import presence

COUNT_EVERY = 5.0  # seconds
MOST = 100  # Spaces on one page
KEPT = 60.0  # seconds for which a process remembers that a Space is over
MOST_KNOWN = 10_000  # Spaces that are over, or never existed
ASKED_AT_ONCE = 500  # of them in one query

CardState = dict[str, Any] | None  # {"listening": n}, {"lasted": words}; None: not visible
Send = Callable[[Page, dict[str, object]], Awaitable[None]]
UNKNOWN: CardState = {}


def count(names: Collection[str]) -> dict[str, int] | None:
    """Return how many listen in each of these live Spaces; None while Redis is away."""
    stages: dict[str, list[str]] = {name: [] for name in names}
    seats = Participant.objects.on_stage().filter(space__public_id__in=names)
    for name, user_id in seats.values_list("space__public_id", "user_id"):
        stages[name].append(person_keys.of_account(user_id))
    return presence.listening(stages)


def not_live(names: Collection[str]) -> dict[str, tuple[int, CardState]]:
    """Return the host and the state of Spaces that the live index lacks; one that has just begun is
    UNKNOWN until the index has it."""
    spaces = Space.objects.with_page().filter(public_id__in=names)
    return {
        space.public_id: (
            space.host_id,
            {"lasted": duration_in_words(space.duration)} if space.is_ended else UNKNOWN,
        )
        for space in spaces
    }


class Cards:
    def __init__(self, send: Send) -> None:
        self.live: dict[str, int] = {}
        self.counts: dict[str, int] = {}
        self.watchers = Watchers()
        self.counting = Throttle(COUNT_EVERY, self._count)
        # What `not_live` said, and when.
        self._known: dict[str, tuple[float, tuple[int, CardState] | None]] = {}
        self._send = send

    def watch(self, page: Page, names: frozenset[str]) -> None:
        """The page shows these Spaces from now on, and no others."""
        self.watchers.follow(page, page.cards, names)
        page.cards = {name: page.cards.get(name, UNKNOWN) for name in names}

    async def send(self, pages: set[Page]) -> None:
        """Send what is over at once, and the numbers of listeners with the next count."""
        if names := {name for page in pages for name in page.cards}:
            await self._send_states(pages, names)
            self.counting.ask()

    def add(self, page: Page, names: Collection[str]) -> None:
        """The page shows these Spaces as well, up to MOST in all."""
        now = [*page.cards, *(name for name in names if name not in page.cards)][:MOST]
        self.watchers.follow(page, page.cards, now)
        page.cards = {name: page.cards.get(name, UNKNOWN) for name in now}

    def leave(self, page: Page) -> None:
        self.watchers.follow(page, page.cards, ())
        page.cards = {}

    async def refresh(self, index: LiveIndex) -> None:
        before, self.live = self.live, {each.public_id: each.host_id for each in index.stages}
        over = before.keys() - self.live.keys()
        if shown := over & self.watchers.keys():
            await self._send_states(self.watchers.of(shown), shown)

    async def _count(self) -> None:
        """Count listeners and send them; new blocks and lost signals are corrected, too."""
        names = self.live.keys() & self.watchers.keys()
        counted = await database.run(count, names) if names else {}
        self.counts = self.counts if counted is None else counted
        await self._send_states(self.watchers.of(self.watchers), self.watchers.keys())

    async def _send_states(self, pages: set[Page], names: Collection[str]) -> None:
        away = set(names) - self.live.keys()
        found = {name: (self.live[name], self._live(name)) for name in set(names) - away}
        found |= await self._over(away)
        blocked = await blocked_pairs({host for host, _ in found.values()}, ids_of(pages))
        concerned = set(names)
        for page in pages:
            changed: dict[str, CardState] = {}
            for name in page.cards.keys() & concerned:
                host, now = found.get(name, (0, None))
                now = None if (host, page.user_id) in blocked else now
                if now != UNKNOWN and now != page.cards[name]:
                    changed[name] = now
            if changed:
                page.cards |= changed
                await self._send(page, {"t": "spaces", "spaces": changed})

    async def _over(self, away: set[str]) -> dict[str, tuple[int, CardState]]:
        """As `not_live`; the answer for a Space that is over, or never existed, is kept a while."""
        now = time.monotonic()
        known = {name: self._known[name] for name in away if name in self._known}
        answers = {name: answer for name, (at, answer) in known.items() if at > now - KEPT}
        new = list(away - answers.keys())
        for start in range(0, len(new), ASKED_AT_ONCE):
            asked = new[start : start + ASKED_AT_ONCE]
            found = await database.run(not_live, asked)
            for name in asked:
                answers[name] = found.get(name)
                has_just_begun = name in found and found[name][1] == UNKNOWN  # ask again
                if not has_just_begun:
                    self._known[name] = (now, found.get(name))
        while len(self._known) > MOST_KNOWN:
            del self._known[next(iter(self._known))]
        return {name: answer for name, answer in answers.items() if answer is not None}

    def _live(self, name: str) -> CardState:
        return {"listening": self.counts[name]} if name in self.counts else UNKNOWN
