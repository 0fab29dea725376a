"""Remind people of the Spaces for which they hold tickets: a ticket comes with a reminder, which
the holder may unset. It is set only once, so a reminder that was unset stays unset."""

from contextlib import suppress

from billing.models import Reservation, Ticket
from core.refusals import Refusal
from scheduling.actions import reminders
from spaces.refusals import NotScheduled


def remind_buyer(reservation: Reservation) -> None:
    """Set the buyer's reminder, if one of the tickets is theirs."""
    bought = Ticket.objects.filter(reservation=reservation, state=Ticket.State.VALID)
    for ticket in bought.filter(holder=reservation.buyer).select_related("space", "holder"):
        remind(ticket)


def remind(ticket: Ticket) -> None:
    """Set the holder's reminder, if there is a holder. Do nothing if they can't have one, e.g.
    because the Space has started."""
    if ticket.holder is not None:
        with suppress(Refusal):
            reminders.set_reminder(ticket.space, user=ticket.holder, automatically=True)


def stop_reminding(ticket: Ticket) -> None:
    """Unset the reminder that came with a ticket which is not valid any more. People keep a
    reminder if they set it themselves or have another ticket, and if the Space has started or was
    cancelled."""
    others = Ticket.objects.filter(
        space=ticket.space, holder=ticket.holder, state=Ticket.State.VALID
    )
    if ticket.holder is not None and not others.exists():
        with suppress(NotScheduled):
            reminders.unset_automatic_reminder(ticket.space, user=ticket.holder)
