"""Who opens the socket of a page. For sockets that open at the same time, this is found together,
in one thread and with a few queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts import sessions
from accounts.models import User
from accounts.session_store import SessionStore
from core import database, rates, shared_clock
from core.gathering import Gathering
from core.rates import TooFast

ENTRIES = "60/10 seconds"  # sockets that one signed-in person may open


@dataclass(frozen=True)
class Arrival:
    reader: User | None  # None if nobody is signed in
    refusal: TooFast | None
    time: datetime  # for `hello`: the shared time, because a device's own clock may be wrong


class Arrivals:
    def __init__(self) -> None:
        self._arrivals: Gathering[SessionStore, Arrival | None] = Gathering(_find_all)

    async def of(self, session: SessionStore) -> Arrival:
        """Return who opened a socket in this session, and whether they open too many. Suspended
        people are not counted."""
        found = await self._arrivals.ask(session)
        return await database.run(_find_one, session) if found is None else found


async def _find_all(opened: Sequence[SessionStore]) -> list[Arrival | None]:
    return await database.run(_find_usual, opened)


def _find_usual(opened: Sequence[SessionStore]) -> list[Arrival | None]:
    """Return None for sessions that only `user_of` can judge."""
    readers = sessions.users_of(opened)
    found = dict(zip(readers, _arrivals_of(list(readers.values())), strict=True))
    return [found.get(session) for session in opened]


def _find_one(session: SessionStore) -> Arrival:
    (found,) = _arrivals_of([sessions.user_of(session)])
    return found


def _arrivals_of(readers: Sequence[User | None]) -> list[Arrival]:
    time = shared_clock.now()
    counted = [each.key for each in readers if each is not None and not each.is_suspended]
    refusals = rates.spend_each(ENTRIES, "people", counted) if counted else []
    remaining = iter(refusals)
    return [
        Arrival(
            reader=each,
            refusal=None if each is None or each.is_suspended else next(remaining),
            time=time,
        )
        for each in readers
    ]
