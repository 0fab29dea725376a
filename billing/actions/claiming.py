"""Take a ticket that somebody gives away: a gift, or a guest pass."""

from functools import partial

from django.db import IntegrityError, transaction

from accounts.locks import blockers
from accounts.models import User
from billing import signals
from billing.admission import enters_free
from billing.models import Ticket
from core.refusals import Refusal


class CantClaim(Refusal):
    def __init__(self, message: str) -> None:
        super().__init__("cant_claim", message)


TAKEN = "Somebody else has taken this ticket already."
HAS_ONE = "You have a ticket for this Space already. Give this one to somebody else."
ENTERS_FREE = "You come in free, so you don’t need this ticket. Give it to somebody else."


def claim(ticket: Ticket, by: User) -> Ticket:
    """Make a person the holder of a ticket that has no holder. Idempotent for its holder. Raises
    CantClaim if the person can't take it, e.g. because somebody else has."""
    try:
        with transaction.atomic():
            locked = Ticket.objects.select_for_update(of=("self",)).get(pk=ticket.pk)
            if refusal := why_not(locked, by):
                raise CantClaim(refusal)
            if locked.holder_id is None:
                locked.holder = by
                locked.save(update_fields=["holder"])
                transaction.on_commit(partial(signals.ticket_claimed.send, Ticket, ticket=locked))
    except IntegrityError as error:  # they got another ticket in the meantime
        raise CantClaim(HAS_ONE) from error
    return locked


def why_not(ticket: Ticket, by: User | None) -> str:
    """Return why this person (None: somebody who is signed out) can't take the ticket, or "". The
    text contains no names."""
    space = ticket.space
    if ticket.state == Ticket.State.DISPUTED:
        return "The payment of this ticket is disputed, so it admits nobody for now."
    if ticket.state != Ticket.State.VALID and not ticket.price:
        return "This ticket is not valid any more."
    if ticket.state != Ticket.State.VALID:
        return "This ticket was refunded, so it admits nobody any more."
    if ticket.holder_id is not None:
        return "" if by is not None and ticket.holder_id == by.pk else TAKEN
    if not (space.is_scheduled or space.is_live):
        return "This Space is over." if space.is_ended else "This Space is cancelled."
    if by is None:
        return ""
    if space.host_id == by.pk:
        return "You host this Space, so you don’t need a ticket."
    if blockers(by, space.host) or space.removals.filter(viewer_key=by.key).exists():
        return "You can’t use a ticket for this Space."
    if Ticket.objects.filter(space=space, holder=by, state=Ticket.State.VALID).exists():
        return HAS_ONE
    return ENTERS_FREE if enters_free(space, by) else ""
