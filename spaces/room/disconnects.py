"""Disconnect people who are no longer admitted: their sockets check admission once more."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Protocol

import structlog

from accounts import session_refs
from accounts.models import User
from accounts.session_refs import SessionRef
from core import database, person_keys
from core.database import Unavailable
from safety import suspension
from spaces.models import Removal

log = structlog.get_logger(__name__)


class HasKeys(Protocol):
    key: str
    keys: frozenset[str]  # by which it may be shut out: Viewer.keys

    async def expel(self) -> None:
        """The person may not be here any more."""


class HasSession(Protocol):
    session: SessionRef  # in which it was opened

    async def reconnect(self) -> None:
        """That session has ended."""


async def expel_removed(space_id: str, sockets: Iterable[HasKeys]) -> None:
    removed = Removal.objects.filter(space__public_id=space_id)
    await expel(await database.run(set, removed.values_list("viewer_key", flat=True)), sockets)


async def expel_guests(sockets: Iterable[HasKeys]) -> None:
    await each_of([each.expel for each in sockets if not person_keys.is_account(each.key)])


async def expel_suspended(sockets: Iterable[HasKeys]) -> None:
    """Staff suspend people wherever they are, and nobody says in which rooms that is."""
    suspended = await database.run(set, suspension.recent())
    await expel({User(pk=pk).key for pk in suspended}, sockets)


async def expel_closed_accounts(sockets: Iterable[HasKeys]) -> None:
    """Guests whose former account has been closed since they signed out of it. Whoever is signed
    in to one loses the session: `part_signed_out`."""
    guests = [each for each in sockets if not person_keys.is_account(each.key)]
    accounts = {pk for each in guests for pk in person_keys.accounts_in(each.keys)}
    if accounts:
        closed = User.objects.closed_or_suspended().filter(pk__in=accounts)
        found = await database.run(set, closed.values_list("pk", flat=True))
        await expel({User(pk=pk).key for pk in found}, guests)


async def part_signed_out(sockets: Iterable[HasSession]) -> None:
    """Whoever signs out, on this device or everywhere, takes their sockets along."""
    asking = list(sockets)
    if not asking:
        return
    ended = await database.run(session_refs.ended, {each.session for each in asking})
    await each_of([each.reconnect for each in asking if each.session in ended])


async def expel(keys: set[str], sockets: Iterable[HasKeys]) -> None:
    await each_of([each.expel for each in sockets if each.keys & keys])


async def each_of(partings: Iterable[Callable[[], Awaitable[None]]]) -> None:
    """Raises Unavailable at the end when somebody could not be looked up: ask once more."""
    unavailable: Unavailable | None = None
    for part in partings:
        try:
            await part()
        except Unavailable as error:
            unavailable = error
        except Exception as error:  # one broken socket must not keep the others in
            log.info("socket_not_expelled", error=repr(error))
    if unavailable is not None:
        raise unavailable
