"""Give the money of tickets back.

`refund` makes a ticket invalid and stores that its price is due. `send_due` asks Stripe to pay it,
again and again if necessary, always with the idempotency key of the ticket.
"""

from collections.abc import Iterator

import structlog
from django.db import transaction

from billing import kinds, ledger, retrying, seats, signals
from billing.actions import taking_back
from billing.actions.one_by_one import count_done
from billing.models import Refund, Ticket
from billing.models.ledger import Kind
from billing.models.refund import Why
from billing.stripe import refunds
from billing.stripe.client import StripeRefused, StripeUnavailable
from core import shared_clock
from spaces.models import Space

log = structlog.get_logger(__name__)

AT_ONCE = 100  # refunds in one task


def refund(ticket: Ticket, why: Why, reason: str = "") -> bool:
    """Invalidate a ticket, store that its price is due to the buyer, and notify people. Return
    False if it was not valid."""
    with transaction.atomic():
        valid = Ticket.objects.filter(pk=ticket.pk, state=Ticket.State.VALID)
        if not valid.update(state=Ticket.State.REFUNDED):
            return False
        ticket.refresh_from_db()
        if ticket.price:
            Refund.objects.create(ticket=ticket, amount=ticket.price, why=why, reason=reason)
        kinds.tell_of_refund(ticket, why, reason)
        if ticket.reservation is not None and why != Why.LATE:
            offer_id = ticket.reservation.offer_id
            seats.free(offer_id, 1)
            transaction.on_commit(lambda: signals.seats_freed.send(Ticket, offer_id=offer_id))
        transaction.on_commit(lambda: signals.ticket_lost.send(Ticket, ticket=ticket))
    return True


def refund_all(space: Space, why: Why, reason: str = "") -> int:
    """Refund every valid ticket of a Space; return how many."""
    valid = Ticket.objects.filter(space=space, state=Ticket.State.VALID)
    return sum(refund(ticket, why, reason) for ticket in valid.select_related("reservation"))


def send_due() -> int:
    """Make Stripe pay the refunds that are due; return how many it accepted."""
    now = shared_clock.now()
    due = Refund.objects.filter(state=Refund.State.DUE, next_try_at__lte=now)
    found = due.select_related("ticket__reservation", "ticket__transfer").order_by("next_try_at")[
        :AT_ONCE
    ]
    return count_done(found, _send)


def _send(refund: Refund) -> bool:
    ticket = refund.ticket
    assert ticket.reservation is not None  # noqa: S101 - guest passes have no refunds
    try:
        taking_back.take_back_from_host(ticket)
        sent = refunds.create(
            payment_intent=ticket.reservation.payment_intent,
            amount=refund.amount,
            key=_key(ticket),
        )
    except StripeUnavailable as error:
        _put_off(refund, str(error))
        return False
    except StripeRefused as error:
        log.error("refund_refused", refund=refund.pk, code=error.code)
        Refund.objects.filter(pk=refund.pk).update(
            state=Refund.State.FAILED, error=str(error)[:200]
        )
        return False
    settle(refund, sent)
    return True


def settle(refund: Refund, sent: refunds.Refunded) -> None:
    """Record what Stripe says about a refund. Idempotent. A failure is final."""
    with transaction.atomic():
        locked = Refund.objects.select_for_update().get(pk=refund.pk)
        if locked.state == Refund.State.FAILED:
            return
        locked.state = Refund.State.FAILED if sent.has_failed else Refund.State.SENT
        locked.stripe_id = sent.id
        locked.error = f"Stripe: {sent.status}" if sent.has_failed else ""
        locked.save(update_fields=["state", "stripe_id", "error"])
        ledger.post_for(refund.ticket, Kind.REFUND)
        if sent.has_failed:
            ledger.post_for(refund.ticket, Kind.REFUND_FAILED)
            log.error("refund_failed", refund=refund.pk, status=sent.status)


def adopt(payment_intent: str, found: list[refunds.Refunded]) -> None:
    """Record all refunds of a payment, given the newest first: also those whose response was lost,
    that have failed, or that were made in Stripe's dashboard. Take back from the host what was
    transferred for these tickets. Idempotent. Raises StripeRefused, or StripeUnavailable, e.g.
    while a transfer is on its way.

    A refund in the dashboard names no ticket: see `covered`.
    """
    bought = Ticket.objects.of_payment(payment_intent)
    tickets = {_key(ticket): ticket for ticket in bought.select_related("reservation")}
    for each in reversed(found):
        if each.key in tickets:
            refund(tickets[each.key], Why.STAFF)
            settle(Refund.objects.get(ticket=tickets[each.key]), each)
        else:
            for row in Refund.objects.filter(ticket__in=bought, stripe_id=each.id):
                settle(row, each)
    unknown = unrecorded(payment_intent, found)
    if unknown and not covered(payment_intent, unknown):
        log.warning("partial_refund_at_stripe", payment=payment_intent)
    with transaction.atomic():  # a refund that is not settled would be sent to Stripe
        for ticket, each in _allot(covered(payment_intent, unknown), unknown):
            refund(ticket, Why.STAFF, "Refunded at Stripe")
            settle(Refund.objects.get(ticket=ticket), each)
    transferred = bought.filter(state=Ticket.State.REFUNDED, transfer__isnull=False)
    for ticket in transferred.select_related("transfer"):
        taking_back.take_back_from_host(ticket)


def unrecorded(payment_intent: str, found: list[refunds.Refunded]) -> list[refunds.Refunded]:
    """Return those of a payment's refunds that were made in Stripe's dashboard, have not failed,
    and are not recorded here."""
    bought = Ticket.objects.of_payment(payment_intent)
    keys = {_key(ticket) for ticket in bought}
    known = set(Refund.objects.filter(ticket__in=bought).values_list("stripe_id", flat=True))
    return [
        each
        for each in found
        if each.key not in keys and each.id not in known and not each.has_failed
    ]


def covered(payment_intent: str, unknown: list[refunds.Refunded]) -> list[Ticket]:
    """Return the tickets that these refunds of Stripe's dashboard give back: all that are valid, if
    the amount is theirs. A smaller amount is a courtesy of the staff and changes no ticket."""
    valid = Ticket.objects.of_payment(payment_intent).filter(state=Ticket.State.VALID)
    tickets = list(valid.select_related("reservation").order_by("pk"))
    amount = sum(each.amount for each in unknown)
    return tickets if amount == sum(ticket.price for ticket in tickets) else []


def _allot(
    tickets: list[Ticket], found: list[refunds.Refunded]
) -> Iterator[tuple[Ticket, refunds.Refunded]]:
    """Yield each ticket with the refund that gives its price back, as far as the amounts fit."""
    left = {each.id: each.amount for each in found}
    for ticket in tickets:
        fitting = (each for each in found if left[each.id] >= ticket.price)
        chosen = next(fitting, found[-1])
        left[chosen.id] -= ticket.price
        yield ticket, chosen


def _key(ticket: Ticket) -> str:
    """Return the idempotency key of a ticket's refund."""
    return f"refund:{ticket.pk}"


def _put_off(refund: Refund, error: str) -> None:
    Refund.objects.filter(pk=refund.pk).update(
        attempts=refund.attempts + 1,
        next_try_at=retrying.next_try(shared_clock.now(), refund.attempts),
        error=error[:200],
    )
