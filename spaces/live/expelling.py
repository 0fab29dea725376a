"""Who may not be in a room any more, found among its sockets; each asks once more, and why."""

from collections.abc import Iterable
from typing import Protocol

import structlog

from accounts import suspension
from accounts.models import User
from spaces.live import presence
from spaces.models import Removal

log = structlog.get_logger(__name__)


class Held(Protocol):
    key: str

    async def expel(self) -> None:
        """The person may not be here any more."""


async def expel_removed(space_id: str, sockets: Iterable[Held]) -> None:
    removed = Removal.objects.filter(space__public_id=space_id)
    await expel({key async for key in removed.values_list("viewer_key", flat=True)}, sockets)


async def expel_guests(sockets: Iterable[Held]) -> None:
    await expel({each.key for each in sockets if not presence.has_account(each.key)}, sockets)


async def expel_suspended(sockets: Iterable[Held]) -> None:
    """The house suspends people wherever they are; nobody says in which rooms that is."""
    await expel({User(pk=pk).key async for pk in suspension.fresh()}, sockets)


async def expel(keys: set[str], sockets: Iterable[Held]) -> None:
    for socket in sockets:
        if socket.key in keys:
            try:
                await socket.expel()
            except Exception as error:  # one broken socket must not keep the others in
                log.info("socket_not_expelled", error=repr(error))
