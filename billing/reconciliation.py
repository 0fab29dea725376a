"""Compare what this site knows with Stripe, and repair what differs.

Webhooks, the sweeper and idempotency keys should leave nothing to repair. This module finds what
they missed, every night (`billing.tasks`). Staff confirm each repair. If a difference can't be
repaired here, its `obstacle` says why.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from billing.actions import disputing, expiring, fulfilling, paying_out, refunding
from billing.currencies import format_amount
from billing.models import Difference, Posting, Refund, Reservation, Ticket, Transfer
from billing.models.difference import Kind
from billing.models.reservation import State
from billing.stripe import checkout, disputes, refunds, transfers
from billing.stripe.checkout import Session
from billing.stripe.disputes import Dispute
from billing.stripe.refunds import Refunded
from billing.stripe.transfers import Transferred
from core import shared_clock

COMPARED = timedelta(days=35)  # how far back; disputes come weeks after a payment
SETTLED = timedelta(minutes=10)  # younger reservations may still be processed
PAYMENTS_ARRIVE = timedelta(days=14)  # the longest that Stripe takes to make them available
# Rows that are younger must be in Stripe's lists; a refund may be older at Stripe than here.
MUST_BE_LISTED = timedelta(days=30)
NOT_KNOWN = (
    "It may be of another account at Stripe, or of the sandbox. Compare the key of this site with"
    " the account at Stripe."
)
PARTIAL = (
    "It gives back a part of the payment and names no ticket, so all stay valid, and the ledger"
    " does not contain it. If they are refunded, the buyer gets the rest."
)


@dataclass(frozen=True)
class Found:
    kind: Kind
    reference: str
    details: str
    obstacle: str = ""


@dataclass(frozen=True)
class AtStripe:
    """What Stripe knows."""

    sessions: list[Session]
    refunds: list[Refunded]
    disputes: list[Dispute]
    transfers: list[Transferred]


def compare() -> list[Difference]:
    """Compare everything, and store the differences. Return those that exist now. Raises
    StripeUnavailable; then nothing is stored."""
    now = shared_clock.now()
    since = now - COMPARED
    stripe = AtStripe(
        sessions=list(checkout.complete_since(since)),
        refunds=list(refunds.since(since)),
        disputes=list(disputes.since(since)),
        transfers=list(transfers.since(since)),
    )
    found = [
        *_payments(stripe.sessions, now),
        *_held_too_long(stripe.sessions, now),
        *_refunds(stripe.refunds),
        *_failed_refunds(),
        *_disputes(stripe.disputes),
        *_transfers(stripe.transfers),
        *_refused_transfers(now),
        *_not_at_stripe(stripe, now - MUST_BE_LISTED),
    ]
    with transaction.atomic():
        kept = []
        for each in found:
            values = {"details": each.details[:300], "obstacle": each.obstacle[:200]}
            row, _ = Difference.objects.update_or_create(
                kind=each.kind, reference=each.reference, defaults=values
            )
            kept.append(row)
        Difference.objects.exclude(pk__in=[row.pk for row in kept]).delete()
    return kept


def repair(difference: Difference) -> None:
    """Repair a difference, which staff have confirmed. Idempotent. Raises StripeUnavailable,
    StripeRefused, or ValueError if it can't be repaired here."""
    if difference.obstacle:
        raise ValueError(difference.obstacle)
    REPAIRS[Kind(difference.kind)](difference.reference)
    difference.delete()


def _payments(sessions: list[Session], now: datetime) -> Iterator[Found]:
    ids = [each.reservation_id for each in sessions if each.reservation_id]
    known = Reservation.objects.in_bulk(ids)
    for session in sessions:
        row = known.get(session.reservation_id) if session.reservation_id else None
        if row is None:
            why = "This site did not create it, or its reservation was deleted. Check it at Stripe."
            yield Found(
                Kind.UNKNOWN_PAYMENT, session.id, f"{session.total} {session.currency}", why
            )
        elif (session.total, session.currency) != (row.total, row.currency):
            why = "The amount is never changed here. Refund it at Stripe."
            details = f"{session.total} {session.currency} instead of {row.total} {row.currency}"
            yield Found(Kind.WRONG_AMOUNT, session.id, details, why)
        elif (
            session.is_paid
            and row.state not in (State.PAID, State.LATE)
            and row.created_at < now - SETTLED
        ):
            yield Found(Kind.UNFULFILLED, session.id, f"The reservation is {row.state}.")


def _held_too_long(sessions: list[Session], now: datetime) -> Iterator[Found]:
    """Yield the open reservations that should be finished, without those that were paid:
    `_payments` reports these in more detail."""
    complete = {each.reservation_id: each for each in sessions}
    over = Reservation.objects.filter(
        Q(state=State.HELD, expires_at__lt=now - SETTLED)
        | Q(state=State.PENDING, created_at__lt=now - SETTLED)
    )
    for row in over:
        session = complete.get(row.pk)
        if session is not None and session.is_paid:
            continue
        if session is None and row.session_id:
            session = checkout.find(row.session_id)
            if session is None:
                details = f"{row.session_id}: it may be of another account, or of the sandbox."
                yield Found(Kind.UNKNOWN_SESSION, str(row.pk), details)
                continue
        if row.state == State.HELD:
            details = f"It should have expired at {row.expires_at}."
            yield Found(Kind.HELD_TOO_LONG, str(row.pk), details)
        elif session is not None and (session.is_paid or session.has_failed):
            what = "has arrived" if session.is_paid else "has failed"
            yield Found(Kind.HELD_TOO_LONG, str(row.pk), f"The delayed payment {what}.")


def _refunds(listed: list[Refunded]) -> Iterator[Found]:
    recorded = Refund.objects.exclude(stripe_id="")
    known = set(recorded.values_list("stripe_id", flat=True))
    open_ones = recorded.exclude(state=Refund.State.FAILED)
    not_failed = set(open_ones.values_list("stripe_id", flat=True))
    unknown = defaultdict(list)
    for each in listed:
        if each.has_failed and each.id in not_failed:
            yield Found(Kind.REFUND, each.id, f"{each.amount}: it has failed.")
        elif not each.has_failed and each.id not in known:
            unknown[each.payment_intent].append(each)
    for payment_intent, found in unknown.items():
        yield from _unknown_refunds(payment_intent, found)


def _unknown_refunds(payment_intent: str, found: list[Refunded]) -> Iterator[Found]:
    """Yield the refunds of one payment that are not recorded here, unless all its tickets are
    refunded anyway."""
    tickets = Ticket.objects.of_payment(payment_intent)
    if not tickets.filter(state=Ticket.State.VALID).exists() and not tickets.owed().exists():
        return
    outside = refunding.unrecorded(payment_intent, found)
    is_partial = outside and not refunding.covered(payment_intent, outside)
    for each in found:
        why = PARTIAL if is_partial and each in outside else ""
        yield Found(Kind.REFUND, each.id, f"{each.amount} of {payment_intent}", why)


def _failed_refunds() -> Iterator[Found]:
    for row in Refund.objects.filter(state=Refund.State.FAILED).select_related("ticket"):
        if row.ticket.state == Ticket.State.DISPUTED:
            continue  # the bank has given the money back
        why = "Ask the buyer for another way, or try it again at Stripe." if row.stripe_id else ""
        yield Found(Kind.FAILED_REFUND, f"refund:{row.ticket_id}", row.error, why)


def _disputes(listed: list[Dispute]) -> Iterator[Found]:
    for each in listed:
        disputed = Ticket.objects.of_payment(each.payment_intent).filter(
            state=Ticket.State.DISPUTED
        )
        is_lost = each.has_taken_money and not each.is_won
        if disputing.unrecorded(each) if is_lost else disputed.exists():
            yield Found(Kind.DISPUTE, each.id, f"It is “{each.status}”.")


def _transfers(listed: list[Transferred]) -> Iterator[Found]:
    rows = Transfer.objects.filter(stripe_id__in=[each.id for each in listed])
    known = {row.stripe_id: row for row in rows}
    due = {row.name for row in Transfer.objects.filter(state=Transfer.State.DUE)}
    for each in listed:
        row = known.get(each.id)
        if row is None:
            if each.name in due:
                continue  # its answer was lost, and the sweeper will find it
            why = "It was made at Stripe, or its record was deleted. Look at Stripe."
            yield Found(Kind.TRANSFER, each.id, f"{each.amount} for {each.group}", why)
        elif (row.amount, row.reversed) != (each.amount, each.reversed):
            details = (
                f"{each.amount}, {each.reversed} of it reversed, "
                f"instead of {row.amount} and {row.reversed}"
            )
            yield Found(Kind.TRANSFER, each.id, details, "Reverse the difference at Stripe.")


def _refused_transfers(now: datetime) -> Iterator[Found]:
    has_failed = Q(state=Transfer.State.FAILED)
    waits_long = Q(state=Transfer.State.WAITING, created_at__lt=now - PAYMENTS_ARRIVE)
    rows = Transfer.objects.filter(has_failed | waits_long).select_related("space__offer__seller")
    for row in rows:
        amount = format_amount(row.amount, row.currency)
        seller = row.space.offer.seller.handle
        yield Found(Kind.FAILED_TRANSFER, row.name, f"{amount} to @{seller}: {row.error}")


def _not_at_stripe(stripe: AtStripe, since: datetime) -> Iterator[Found]:
    """Yield what was recorded here after this moment, and is not at Stripe."""
    paid = {each.id for each in stripe.sessions if each.is_paid}
    bought = Reservation.objects.filter(
        state__in=[State.PAID, State.LATE], unit_price__gt=0, created_at__gte=since
    )
    for reservation in bought:
        if reservation.session_id not in paid:
            yield _unknown(f"reservation:{reservation.pk}", f"payment {reservation.session_id}")
    refunded = {each.id for each in stripe.refunds}
    for refund in Refund.objects.filter(created_at__gte=since).exclude(stripe_id=""):
        if refund.stripe_id not in refunded:
            yield _unknown(f"refund:{refund.ticket_id}", f"refund {refund.stripe_id}")
    transferred = {each.id for each in stripe.transfers}
    for transfer in Transfer.objects.filter(created_at__gte=since).exclude(stripe_id=None):
        if transfer.stripe_id not in transferred:
            yield _unknown(transfer.name, f"transfer {transfer.stripe_id}")
    disputed = {each.id for each in stripe.disputes}
    for posting in Posting.objects.filter(kind=Posting.Kind.DISPUTE, created_at__gte=since):
        if (dispute := posting.reference.rpartition(":")[2]) not in disputed:
            yield _unknown(posting.reference, f"dispute {dispute}")


def _unknown(reference: str, what: str) -> Found:
    return Found(Kind.NOT_AT_STRIPE, reference, f"Stripe does not know the {what}.", NOT_KNOWN)


def _fulfil(reference: str) -> None:
    fulfilling.apply(checkout.read(reference))


def _release(reference: str) -> None:
    expiring.release(Reservation.objects.select_related("offer__space").get(pk=reference))


def _free(reference: str) -> None:
    """Free the seats of a reservation whose session Stripe does not know. If it is paid all the
    same, it is fulfilled or refunded, like other late payments."""
    reservation = Reservation.objects.get(pk=reference)
    if reservation.session_id and checkout.find(reservation.session_id) is not None:
        raise ValueError("Stripe knows the session now. Compare again.")
    with transaction.atomic():
        fulfilling.free_seats(Reservation.objects.select_for_update().get(pk=reference))


def _adopt_refund(reference: str) -> None:
    payment_intent = refunds.read(reference).payment_intent
    refunding.adopt(payment_intent, refunds.of_payment(payment_intent))


def _refund_again(reference: str) -> None:
    ticket = int(reference.removeprefix("refund:"))
    refunding.send_again(Refund.objects.get(ticket_id=ticket).pk)


def _transfer_again(reference: str) -> None:
    paying_out.send_again(int(reference.removeprefix("transfer:")))


def _apply_dispute(reference: str) -> None:
    disputing.apply(disputes.read(reference))


REPAIRS: dict[Kind, Callable[[str], None]] = {
    Kind.UNFULFILLED: _fulfil,
    Kind.HELD_TOO_LONG: _release,
    Kind.UNKNOWN_SESSION: _free,
    Kind.REFUND: _adopt_refund,
    Kind.FAILED_REFUND: _refund_again,
    Kind.DISPUTE: _apply_dispute,
    Kind.FAILED_TRANSFER: _transfer_again,
}
