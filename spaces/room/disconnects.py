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
    keys: frozenset[str]  # Viewer.keys

    async def expel(self) -> None:
        """Close the socket if the person is no longer admitted."""


class HasSession(Protocol):
    session: SessionRef  # in which it was opened

    async def reconnect(self) -> None:
        """Close the socket: its session has ended."""


async def expel_removed(space_id: str, sockets: Iterable[HasKeys]) -> None:
    removed = Removal.objects.filter(space__public_id=space_id)
    await expel(await database.run(set, removed.values_list("viewer_key", flat=True)), sockets)


async def expel_guests(sockets: Iterable[HasKeys]) -> None:
    await call_all([each.expel for each in sockets if not person_keys.is_account(each.key)])


async def expel_suspended(sockets: Iterable[HasKeys]) -> None:
    """A suspension does not say in which rooms the person is."""
    suspended = await database.run(set, suspension.recent())
    await expel({User(pk=pk).key for pk in suspended}, sockets)


async def expel_closed_accounts(sockets: Iterable[HasKeys]) -> None:
    """Disconnect guests whose former account was closed after they signed out of it. Closing an
    account ends its sessions: see `disconnect_signed_out` for people who are signed in."""
    guests = [each for each in sockets if not person_keys.is_account(each.key)]
    accounts = {pk for each in guests for pk in person_keys.accounts_in(each.keys)}
    if accounts:
        closed = User.objects.closed_or_suspended().filter(pk__in=accounts)
        found = await database.run(set, closed.values_list("pk", flat=True))
        await expel({User(pk=pk).key for pk in found}, guests)


async def disconnect_signed_out(sockets: Iterable[HasSession]) -> None:
    """Disconnect the sockets of sessions that ended: signed out, here or everywhere."""
    asking = list(sockets)
    if not asking:
        return
    ended = await database.run(session_refs.ended, {each.session for each in asking})
    await call_all([each.reconnect for each in asking if each.session in ended])


async def expel(keys: set[str], sockets: Iterable[HasKeys]) -> None:
    await call_all([each.expel for each in sockets if each.keys & keys])


async def call_all(calls: Iterable[Callable[[], Awaitable[None]]]) -> None:
    """Call all of them. Raises Unavailable at the end if the database was away: try again."""
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
