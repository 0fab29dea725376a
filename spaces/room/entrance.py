"""The entrance of rooms: who opened a socket, and whether they are admitted. For sockets that open
at the same time, both are found together, in one thread and with a few queries.

This gives the same answers as `accounts.sessions.user_of` and `spaces.admission`, which decide for
one person, and which are asked in all unusual cases.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from accounts import sessions
from accounts.session_store import SessionStore
from core import database, rates
from core.gathering import Gathering
from core.rates import TooFast
from spaces import admission, finding
from spaces.admission import NotAdmitted
from spaces.models import Space, State
from spaces.viewer import Viewer

ENTRIES = "30/10 seconds"  # sockets that one person, or all strangers in one network, may open


@dataclass(frozen=True, eq=False)
class Newcomer:
    session: SessionStore
    network: str  # core/addresses.py


@cache
def get_entrance() -> "Entrance":
    """Return this process's entrance."""
    return Entrance()


class Entrance:
    def __init__(self) -> None:
        self._viewers: Gathering[Newcomer, Viewer | TooFast | None] = Gathering(_viewers)
        self._admitted: Gathering[tuple[str, Viewer], Space | None] = Gathering(_admitted)

    async def viewer_of(self, session: SessionStore, network: str) -> Viewer:
        """Return who opened a socket. Raise TooFast if they, or the network of a stranger, open too
        many sockets."""
        newcomer = Newcomer(session, network)
        found = await self._viewers.ask(newcomer)
        if found is None:
            found = await database.run(_viewer_of, newcomer)
        if isinstance(found, TooFast):
            raise found
        return found

    async def admit(self, space_id: str, viewer: Viewer) -> tuple[Space | None, NotAdmitted | None]:
        """Return the Space as it is now, and the reason why this viewer is not admitted, if there
        is one. The Space is None if there is no such Space; other sockets have the same object."""
        if (space := await self._admitted.ask((space_id, viewer))) is not None:
            return space, None
        return await database.run(find_and_check, space_id, viewer)


async def exists(space_id: str) -> bool:
    return await database.run(find, space_id) is not None


def find(space_id: str) -> Space | None:
    space = finding.find(space_id) if space_id.isalnum() else None
    return None if space is None or space.state == State.CANCELLED else space


def find_and_check(space_id: str, viewer: Viewer) -> tuple[Space | None, NotAdmitted | None]:
    space = find(space_id)
    return space, admission.refusal_of(space, viewer) if space else None


async def _viewers(newcomers: Sequence[Newcomer]) -> list[Viewer | TooFast | None]:
    return await database.run(_load_viewers, newcomers)


def _load_viewers(newcomers: Sequence[Newcomer]) -> list[Viewer | TooFast | None]:
    """Return each person, their refusal, or None for sessions that only `user_of` can judge."""
    users = sessions.users_of([each.session for each in newcomers])
    viewers = {
        each: Viewer.of(users[each.session], each.session)
        for each in newcomers
        if each.session in users
    }
    found: dict[Newcomer, Viewer | TooFast] = dict(viewers)
    counted = [viewer.key or each.network for each, viewer in viewers.items()]
    for each, refusal in zip(viewers, rates.spend_each(ENTRIES, "enter", counted), strict=True):
        if refusal:
            found[each] = refusal
    return [found.get(each) for each in newcomers]


def _viewer_of(newcomer: Newcomer) -> Viewer | TooFast:
    viewer = Viewer.of(sessions.user_of(newcomer.session), newcomer.session)
    (refusal,) = rates.spend_each(ENTRIES, "enter", [viewer.key or newcomer.network])
    return refusal or viewer


async def _admitted(asked: Sequence[tuple[str, Viewer]]) -> list[Space | None]:
    return await database.run(_find_admitted, asked)


def _find_admitted(asked: Sequence[tuple[str, Viewer]]) -> list[Space | None]:
    """Return the Space for each viewer who is surely admitted to it, otherwise None."""
    found: dict[tuple[str, Viewer], Space] = {}
    for space_id in {space_id for space_id, _ in asked}:
        if (space := find(space_id)) is not None:
            viewers = [viewer for each, viewer in asked if each == space_id]
            for viewer in admission.admitted(space, viewers):
                found[space_id, viewer] = space
    return [found.get(each) for each in asked]
