"""Refund tickets.

`refund` makes a ticket invalid and stores that its price is due. `send_due` asks Stripe to pay it,
and repeats the request until Stripe accepts it. The price is not paid twice: an attempt has an
idempotency key (`billing.retrying.key`), and a name by which an earlier refund is found.
"""

from collections.abc import Iterator
from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import F, QuerySet

from billing import kinds, ledger, retrying, seats, signals
from billing.actions import taking_back
from billing.actions.one_by_one import count_done
from billing.models import Refund, Reservation, Ticket
from billing.models.ledger import Kind
from billing.models.refund import Why
from billing.stripe import refunds
from billing.stripe.client import StripeRefused, StripeUnavailable
from core import shared_clock
from core.prepared_queries import prepared
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
        kinds.notify_about_refund(ticket, why, reason)
        if ticket.reservation is not None and ticket.reservation.state != Reservation.State.LATE:
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
    Refund.objects.refused().filter(next_try_at__lte=now).make_due(now)
    return count_done(_due(now, limit=AT_ONCE), _send)


@prepared
def _due(now: datetime, *, limit: int) -> QuerySet[Refund]:
    due = Refund.objects.filter(state=Refund.State.DUE, next_try_at__lte=now)
    found = due.select_related("ticket__reservation", "ticket__transfer")
    return found.order_by("next_try_at")[:limit]


def send_again(pk: int) -> None:
    """Send a refund that Stripe has refused. Idempotent. Raises StripeRefused if Stripe refuses it
    again, or StripeUnavailable; then it is repeated later."""
    if not Refund.objects.refused().filter(pk=pk).make_due(shared_clock.now()):
        return
    refund = Refund.objects.select_related("ticket__reservation", "ticket__transfer").get(pk=pk)
    if _send(refund):
        return
    refund.refresh_from_db(fields=["state", "error"])
    if refund.state == Refund.State.FAILED:
        raise StripeRefused("", refund.error)
    raise StripeUnavailable(refund.error)


def _send(refund: Refund) -> bool:
    if not retrying.note_attempt(refund):
        return False
    ticket = refund.ticket
    assert ticket.reservation is not None  # noqa: S101 - guest passes have no refunds
    same = Refund.objects.filter(pk=refund.pk, state=Refund.State.DUE, failures=refund.failures)
    payment_intent, name = ticket.reservation.payment_intent, _name(ticket)
    try:
        taking_back.take_back_from_host(ticket)
        # The answer to an earlier attempt may have been lost, even days ago.
        made = refunds.of_payment(payment_intent) if refund.attempts else []
        amount = min(refund.amount, _left(ticket.reservation, made) or refund.amount)
        key = retrying.key(name, refund.failures)
        sent = refunds.named(name, made) or refunds.create(
            payment_intent=payment_intent,
            amount=amount,
            name=name,
            key=key if amount == refund.amount else f"{key}:{amount}",
        )
    except StripeUnavailable as error:
        same.update(error=str(error)[:200])
        return False
    except StripeRefused as error:
        log.error("refund_refused", refund=refund.pk, code=error.code)
        same.update(
            state=Refund.State.FAILED,
            failures=F("failures") + 1,
            next_try_at=shared_clock.now() + retrying.AFTER_REFUSAL,
            error=str(error)[:200],
        )
        return False
    settle(refund, sent)
    return True


def _left(reservation: Reservation, made: list[refunds.Refunded]) -> int:
    """Return how much of a payment is left after the refunds that were made. For the last ticket,
    it is less than the price if the staff have given a part back in Stripe's dashboard."""
    return max(0, reservation.total - sum(each.amount for each in made if not each.has_failed))


def settle(refund: Refund, sent: refunds.Refunded) -> None:
    """Record the state of a refund at Stripe. Idempotent. If the buyer's bank has refused the
    refund that was recorded, another refund at Stripe replaces it."""
    with transaction.atomic():
        locked = Refund.objects.select_for_update().get(pk=refund.pk)
        has_failed = locked.state == Refund.State.FAILED
        if locked.stripe_id == sent.id:
            if has_failed:
                return
        elif locked.stripe_id and (sent.has_failed or not has_failed):
            return  # an earlier refund that failed, or a second refund of the same ticket
        attempt = locked.failures
        locked.state = Refund.State.FAILED if sent.has_failed else Refund.State.SENT
        locked.stripe_id = sent.id
        locked.error = f"Stripe: {sent.status}" if sent.has_failed else ""
        locked.failures += sent.has_failed
        locked.save(update_fields=["state", "stripe_id", "error", "failures"])
        ledger.post_for(refund.ticket, Kind.REFUND, attempt)
        if sent.has_failed:
            ledger.post_for(refund.ticket, Kind.REFUND_FAILED, attempt)
            log.error("refund_failed", refund=refund.pk, status=sent.status)


def adopt(payment_intent: str, found: list[refunds.Refunded]) -> None:
    """Record all refunds of a payment: also refunds whose response was lost, that have failed, or
    that were made in Stripe's dashboard. Take back from the host what was transferred for these
    tickets. Idempotent. Raises StripeRefused, or StripeUnavailable, e.g. while a transfer is on its
    way.

    In `found`, the newest refund is the first. A refund in the dashboard does not name its tickets:
    see `covered`.
    """
    bought = Ticket.objects.of_payment(payment_intent)
    tickets = {_name(ticket): ticket for ticket in bought.select_related("reservation")}
    for each in reversed(found):
        if each.name in tickets:
            refund(tickets[each.name], Why.STAFF)
            settle(Refund.objects.get(ticket=tickets[each.name]), each)
        else:
            for row in Refund.objects.filter(ticket__in=bought, stripe_id=each.id):
                settle(row, each)
    unknown = unrecorded(payment_intent, found)
    if unknown and not covered(payment_intent, unknown):
        log.warning("partial_refund_at_stripe", payment=payment_intent)
    # In one transaction, because `send_due` would send a stored refund that is not settled.
    with transaction.atomic():
        for ticket, each in _allot(covered(payment_intent, unknown), unknown):
            refund(ticket, Why.STAFF, "Refunded at Stripe")
            settle(Refund.objects.get(ticket=ticket), each)
    transferred = bought.filter(state=Ticket.State.REFUNDED, transfer__isnull=False)
    for ticket in transferred.select_related("transfer"):
        taking_back.take_back_from_host(ticket)


def unrecorded(payment_intent: str, found: list[refunds.Refunded]) -> list[refunds.Refunded]:
    """Return the refunds of a payment that were made in Stripe's dashboard, have not failed, and
    are not recorded here."""
    bought = Ticket.objects.of_payment(payment_intent)
    names = {_name(ticket) for ticket in bought}
    known = set(Refund.objects.filter(ticket__in=bought).values_list("stripe_id", flat=True))
    return [
        each
        for each in found
        if each.name not in names and each.id not in known and not each.has_failed
    ]


def covered(payment_intent: str, unknown: list[refunds.Refunded]) -> list[Ticket]:
    """Return the tickets that these refunds of Stripe's dashboard pay back. They are the tickets
    whose refund is due or has failed, all valid tickets, or both, depending on which of these
    groups has the price that was refunded. Another amount is a courtesy of the staff and changes
    no ticket: docs/decisions/0032."""
    tickets = Ticket.objects.of_payment(payment_intent).select_related("reservation", "refund")
    owed = list(tickets.owed().order_by("pk"))
    valid = list(tickets.filter(state=Ticket.State.VALID).order_by("pk"))
    amount = sum(each.amount for each in unknown)
    for group in (owed, valid, owed + valid):
        if amount == sum(ticket.price for ticket in group):
            return group
    return []


def _allot(
    tickets: list[Ticket], found: list[refunds.Refunded]
) -> Iterator[tuple[Ticket, refunds.Refunded]]:
    """Yield each ticket with the first refund of which enough is left for its price, or with the
    last refund if there is none."""
    left = {each.id: each.amount for each in found}
    for ticket in tickets:
        fitting = (each for each in found if left[each.id] >= ticket.price)
        chosen = next(fitting, found[-1])
        left[chosen.id] -= ticket.price
        yield ticket, chosen


def _name(ticket: Ticket) -> str:
    """Return the name that refunds of a ticket have at Stripe."""
    return f"refund:{ticket.pk}"
