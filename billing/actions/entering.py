"""Record who has entered with a ticket, because the buyer can't return a used ticket."""

from accounts.models import User
from billing.models import Ticket
from core import shared_clock
from spaces.models import Space
from spaces.room import presence


def note_entered() -> int:
    """Mark the tickets of people who are in their Space now as used; return how many were marked.

    The sweeper calls this, so that joining needs no extra query. While Redis is down, nothing is
    marked.
    """
    noted = 0
    for space in Space.objects.live().filter(offer__isnull=False):
        unused = Ticket.objects.filter(
            space=space, state=Ticket.State.VALID, holder__isnull=False, entered_at=None
        )
        holders = {User(pk=pk).key: pk for pk in unused.values_list("holder_id", flat=True)}
        if not holders:
            continue
        connected = presence.connected(space.public_id, list(holders)) or set()
        came = [holders[key] for key in connected]
        noted += unused.filter(holder__in=came).update(entered_at=shared_clock.now())
    return noted
