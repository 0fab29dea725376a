"""Close the sockets of people who may no longer be in a room, or whose session has ended.

`expel` makes a socket check admission once more, and the socket closes itself if it is refused.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from typing import Protocol

import structlog

from accounts import session_refs
from accounts.models import User
from accounts.session_refs import SessionRef
from core import database, person_keys
from core.database import Unavailable
from safety import suspension
from spaces import exclusions
from spaces.models import Removal, Space

log = structlog.get_logger(__name__)


class HasKeys(Protocol):
    key: str
    keys: frozenset[str]  # as `Viewer.keys`

    async def expel(self) -> None:
        """Check admission once more, and close the socket if the person is no longer admitted."""


class HasSession(Protocol):
    session: SessionRef  # the browser session in which the socket was opened

    async def reconnect(self) -> None:
        """Close the socket so that the page reconnects, because the session has ended."""


async def expel_removed(space_id: str, sockets: Iterable[HasKeys]) -> None:
    removed = Removal.objects.filter(space__public_id=space_id)
    await expel(await database.run(set, removed.values_list("viewer_key", flat=True)), sockets)


async def expel_guests(sockets: Iterable[HasKeys]) -> None:
    await call_all([each.expel for each in sockets if not person_keys.is_account(each.key)])


async def expel_suspended(sockets: Iterable[HasKeys]) -> None:
    """Expel suspended people. A suspension concerns every room, so pass all rooms' sockets."""
    suspended = await database.run(set, suspension.recent())
    await expel({User(pk=pk).key for pk in suspended}, sockets)


async def expel_closed_accounts(sockets: Iterable[HasKeys]) -> None:
    """Expel guests whose former account was closed or suspended after they signed out of it. When
    an account is closed, its sessions end, so `disconnect_signed_out` disconnects people who are
    signed in."""
    guests = [each for each in sockets if not person_keys.is_account(each.key)]
    accounts = {pk for each in guests for pk in person_keys.accounts_in(each.keys)}
    if accounts:
        closed = User.objects.closed_or_suspended().filter(pk__in=accounts)
        found = await database.run(set, closed.values_list("pk", flat=True))
        await expel({User(pk=pk).key for pk in found}, guests)


async def expel_excluded(rooms: Mapping[str, Collection[HasKeys]]) -> None:
    """Expel the people whom a higher-level app excludes from a Space (`spaces.exclusions`). `rooms`
    contains the sockets of each Space, by its id."""
    excluded = await database.run(_excluded, {name: list(each) for name, each in rooms.items()})
    for name, keys in excluded.items():
        await expel(keys, rooms[name])


def _excluded(rooms: Mapping[str, Collection[HasKeys]]) -> dict[str, set[str]]:
    names = dict(Space.objects.filter(public_id__in=rooms).values_list("pk", "public_id"))
    accounts = {
        pk: person_keys.accounts_in({each.key for each in rooms[name]})
        for pk, name in names.items()
    }
    return {
        names[pk]: {User(pk=account).key for account in people}
        for pk, people in exclusions.excluded(accounts).items()
    }


async def disconnect_signed_out(sockets: Iterable[HasSession]) -> None:
    """Disconnect sockets whose session has ended, e.g. because the person signed out, on this
    device or everywhere."""
    checked = list(sockets)
    if not checked:
        return
    ended = await database.run(session_refs.ended, {each.session for each in checked})
    await call_all([each.reconnect for each in checked if each.session in ended])


async def expel(keys: set[str], sockets: Iterable[HasKeys]) -> None:
    await call_all([each.expel for each in sockets if each.keys & keys])


async def call_all(calls: Iterable[Callable[[], Awaitable[None]]]) -> None:
    """Call all functions. If the database could not be reached for some of them, raise Unavailable
    at the end, so that the caller retries."""
    unavailable: Unavailable | None = None
    for call in calls:
        try:
            await call()
        except Unavailable as error:
            unavailable = error
        except Exception as error:  # go on with the other sockets
            log.info("socket_not_expelled", error=repr(error))
    if unavailable is not None:
        raise unavailable
