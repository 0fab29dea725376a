"""Keep the cards of Spaces on open pages up to date: the listener count, and that a Space started,
ended, or was edited, moved or cancelled before it started.

Each page receives what has changed since its last frame. A Space has ended if the live index no
longer has it; scheduled Spaces are read again with the index. Listeners are counted every few
seconds, for all pages of the process at once.
"""

import time
from collections.abc import Awaitable, Callable, Collection
from typing import Any

from core import database, person_keys
from core.throttle import Throttle
from core.times import duration_in_words, stamp
from spaces.directory.live_index import LiveIndex
from spaces.directory.live_updates.pages import Page, Watchers, blocked_pairs, ids_of
from spaces.models import Participant, Space, State
from spaces.room import presence

COUNT_EVERY = 5.0  # seconds
MAX_CARDS = 100  # Spaces on one page
CACHE_SECONDS = 60.0  # for which a process remembers that a Space is over or never existed
MAX_KNOWN = 10_000  # Spaces that are over or never existed, in this cache
ASKED_AT_ONCE = 500  # Spaces in one query

# {"starts": time, "edits": n}, {"listening": n}, {"lasted": text} or {"cancelled": True}; None if
# the reader may not see the Space; UNKNOWN, which is not sent, until the state is known.
CardState = dict[str, Any] | None
Send = Callable[[Page, dict[str, object]], Awaitable[None]]
UNKNOWN: CardState = {}


def count(names: Collection[str]) -> dict[str, int] | None:
    """Return the number of listeners of each of these live Spaces; None if Redis is unreachable."""
    stages: dict[str, list[str]] = {name: [] for name in names}
    seats = Participant.objects.on_stage().filter(space__public_id__in=names)
    for name, user_id in seats.values_list("space__public_id", "user_id"):
        stages[name].append(person_keys.of_account(user_id))
    return presence.listening(stages)


def not_live(names: Collection[str]) -> dict[str, tuple[int, CardState]]:
    """Return the host and the state of these Spaces, which are missing in the live index; leave out
    those that don't exist. A Space that has just started is UNKNOWN until the index has it."""
    spaces = Space.objects.filter(public_id__in=names)
    return {space.public_id: (space.host_id, _state(space)) for space in spaces}


def _state(space: Space) -> CardState:
    if space.state == State.CANCELLED:
        return {"cancelled": True}
    if space.is_ended:
        return {"lasted": duration_in_words(space.duration)}
    if space.is_scheduled and space.starts_at is not None:
        return {"starts": stamp(space.starts_at), "edits": space.edits}
    return UNKNOWN


def _is_scheduled(state: CardState) -> bool:
    return state is not None and "starts" in state


class Cards:
    def __init__(self, send: Send) -> None:
        self.live: dict[str, int] = {}  # the host's id by public id
        self.counts: dict[str, int] = {}  # listeners by public id
        self.watchers = Watchers()
        self.counting = Throttle(COUNT_EVERY, self._count)
        # The results of `not_live`, each with the time of the query.
        self._known: dict[str, tuple[float, tuple[int, CardState] | None]] = {}
        self._scheduled: dict[str, tuple[int, CardState]] = {}  # as last read
        self._send = send

    def watch(self, page: Page, names: frozenset[str]) -> None:
        """Set the Spaces that the page shows."""
        self.watchers.follow(page, page.cards, names)
        page.cards = {name: page.cards.get(name, UNKNOWN) for name in names}

    async def send(self, pages: set[Page]) -> None:
        """Send the states that are known now, and new listener counts after the next counting."""
        if names := {name for page in pages for name in page.cards}:
            await self._send_states(pages, names)
            self.counting.request()

    def add(self, page: Page, names: Collection[str]) -> None:
        """Add to the Spaces that the page shows, up to MAX_CARDS in total."""
        now = [*page.cards, *(name for name in names if name not in page.cards)][:MAX_CARDS]
        self.watchers.follow(page, page.cards, now)
        page.cards = {name: page.cards.get(name, UNKNOWN) for name in now}

    def leave(self, page: Page) -> None:
        self.watchers.follow(page, page.cards, ())
        page.cards = {}

    async def refresh(self, index: LiveIndex) -> None:
        before, self.live = self.live, {each.public_id: each.host_id for each in index.stages}
        ended = before.keys() - self.live.keys()
        changed = ended | await self._changed_before_start()
        if shown := changed & self.watchers.keys():
            await self._send_states(self.watchers.of(shown), shown)

    async def _changed_before_start(self) -> set[str]:
        """Return which of the scheduled Spaces on pages started, or changed in another way."""
        before = {name: state for name, state in self._scheduled.items() if name in self.watchers}
        self._scheduled = dict(before)
        started = before.keys() & self.live.keys()
        found = await self._not_live(before.keys() - started)
        return started | {
            name for name in before.keys() - started if found.get(name) != before[name]
        }

    async def _count(self) -> None:
        """Count listeners and send all states, which also corrects pages after a new block or a
        lost signal."""
        names = self.live.keys() & self.watchers.keys()
        counted = await database.run(count, names) if names else {}
        self.counts = self.counts if counted is None else counted
        await self._send_states(self.watchers.of(self.watchers), self.watchers.keys())

    async def _send_states(self, pages: set[Page], names: Collection[str]) -> None:
        not_in_index = set(names) - self.live.keys()
        found = {
            name: (self.live[name], self._state_of_live(name)) for name in set(names) - not_in_index
        }
        found |= await self._not_live(not_in_index)
        blocked = await blocked_pairs({host for host, _ in found.values()}, ids_of(pages))
        requested = set(names)
        for page in pages:
            changed: dict[str, CardState] = {}
            for name in page.cards.keys() & requested:
                host, state = found.get(name, (0, None))
                state = None if (host, page.user_id) in blocked else state
                if state == UNKNOWN and _is_scheduled(page.cards[name]):
                    state = {"listening": 0}  # it has just started, and nobody was counted yet
                if state != UNKNOWN and state != page.cards[name]:
                    changed[name] = state
            if changed:
                page.cards |= changed
                await self._send(page, {"t": "spaces", "spaces": changed})

    async def _not_live(self, names: set[str]) -> dict[str, tuple[int, CardState]]:
        """Return the same as `not_live`, from a cache for Spaces that are over or never existed."""
        now = time.monotonic()
        known = {name: self._known[name] for name in names if name in self._known}
        answers = {name: answer for name, (at, answer) in known.items() if at > now - CACHE_SECONDS}
        new = list(names - answers.keys())
        for start in range(0, len(new), ASKED_AT_ONCE):
            asked = new[start : start + ASKED_AT_ONCE]
            found = await database.run(not_live, asked)
            for name in asked:
                answer = answers[name] = found.get(name)
                self._scheduled.pop(name, None)
                if answer is not None and _is_scheduled(answer[1]):
                    self._scheduled[name] = answer
                elif answer is None or answer[1] != UNKNOWN:
                    self._known[name] = (now, answer)
        while len(self._known) > MAX_KNOWN:
            del self._known[next(iter(self._known))]
        return {name: answer for name, answer in answers.items() if answer is not None}

    def _state_of_live(self, name: str) -> CardState:
        return {"listening": self.counts[name]} if name in self.counts else UNKNOWN
