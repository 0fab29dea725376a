"""Refunds that buyers (until BUYERS_REFUND_UNTIL before the start) or sellers ask for."""

from datetime import datetime

from django.conf import settings

from accounts.models import User
from billing.actions import refunding
from billing.models import Refund, Ticket
from core import shared_clock
from core.refusals import Refusal
from spaces.models import Space


class CantReturn(Refusal):
    def __init__(self, message: str) -> None:
        super().__init__("cant_return", message)


class NotSeller(Refusal):
    status = 403

    def __init__(self) -> None:
        super().__init__("not_seller", "Only the host who sold this ticket can refund it.")


def _why_invalid(ticket: Ticket) -> str:
    if ticket.state == Ticket.State.DISPUTED:
        return "The payment of this ticket is disputed, so it can’t be refunded."
    return (
        "This ticket was refunded already."
        if ticket.price
        else "This ticket is not valid any more."
    )


def return_ticket(ticket: Ticket, by: User) -> None:
    """Refund a ticket because its buyer asks for it. Raises CantReturn with the reason that
    `why_not` returns, if there is one."""
    if refusal := why_not(ticket, by, shared_clock.now()):
        raise CantReturn(refusal)
    if not refunding.refund(ticket, Refund.Why.BUYER):
        raise CantReturn(_why_invalid(Ticket.objects.get(pk=ticket.pk)))


def why_not(ticket: Ticket, by: User, now: datetime) -> str:
    """Return why the buyer can't return this ticket now, or ""."""
    if ticket.reservation is None or ticket.reservation.buyer_id != by.pk:
        return "Only the person who bought this ticket can return it."
    if ticket.state != Ticket.State.VALID:
        return _why_invalid(ticket)
    if ticket.entered_at is not None:
        return "This ticket has been used, so it can’t be returned."
    until = returnable_until(ticket.space)
    if until is None or now >= until:
        return "It is too late to return this ticket. Ask the host for a refund."
    return ""


def returnable_until(space: Space) -> datetime | None:
    """Return until when buyers can return tickets; None unless the Space is still scheduled."""
    if not space.is_scheduled or space.starts_at is None:
        return None
    return space.starts_at - settings.BUYERS_REFUND_UNTIL


def refund_as_seller(ticket: Ticket, by: User, reason: str) -> None:
    """Refund a ticket because the host who sold it wants this. Raises NotSeller, or CantReturn if
    the ticket is not valid."""
    if ticket.reservation is None or ticket.reservation.offer.seller_id != by.pk:
        raise NotSeller
    if not refunding.refund(ticket, Refund.Why.HOST, reason):
        raise CantReturn(_why_invalid(Ticket.objects.get(pk=ticket.pk)))
