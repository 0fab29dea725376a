"""Disputes: a buyer's bank takes the money of a payment back until the dispute is decided."""

from collections.abc import Iterator
from functools import partial

from django.db import transaction
from django.db.models import Q, QuerySet

from billing import ledger, signals
from billing.actions import refunding, taking_back
from billing.models import Posting, Refund, Ticket
from billing.models.ledger import Kind
from billing.models.ticket import TicketQuerySet
from billing.stripe import refunds
from billing.stripe.disputes import Dispute
from core import shared_clock


def apply(dispute: Dispute) -> None:
    """Update tickets to the state of a dispute, as just read from Stripe. Idempotent. Raises
    StripeRefused, or StripeUnavailable, e.g. while a transfer is on its way."""
    if not dispute.has_taken_money:
        return
    # Which tickets the dispute concerns depends on which refunds were done or have failed.
    refunding.adopt(dispute.payment_intent, refunds.of_payment(dispute.payment_intent))
    # Do this on closing, too, in case the event of the opening arrives later or never.
    open_dispute(dispute)
    if dispute.is_won:
        close_won(dispute)


def open_dispute(dispute: Dispute) -> None:
    """Invalidate the tickets of a disputed payment, and take back from the host what was
    transferred for them. Idempotent. Raises StripeRefused, or StripeUnavailable, e.g. while a
    transfer is on its way."""
    for ticket in unrecorded(dispute):
        with transaction.atomic():
            _open(ticket, dispute)
    # Now that the tickets are invalid, they can't become part of another transfer.
    disputed = _tickets_of(dispute).filter(state=Ticket.State.DISPUTED)
    for ticket in disputed.exclude(transfer=None):
        taking_back.take_back_from_host(ticket)


def close_won(dispute: Dispute) -> None:
    """Make the tickets of a dispute that was won valid again. A ticket whose refund was due when
    the dispute was opened is refunded instead, and a ticket whose refund had failed is left to the
    staff again. Idempotent."""
    for ticket in _tickets_of(dispute).filter(state=Ticket.State.DISPUTED):
        with transaction.atomic():
            disputed = Ticket.objects.filter(pk=ticket.pk, state=Ticket.State.DISPUTED)
            if disputed.update(**_after_winning(ticket)):
                taken = _postings(dispute, Kind.DISPUTE).filter(
                    reference=_reference(ticket, dispute)
                )
                for posting in taken:
                    _post(ticket, Kind.DISPUTE_WON, dispute, posting.amount)
                stopped = Refund.objects.filter(
                    ticket=ticket, state=Refund.State.FAILED, stripe_id=""
                )
                stopped.make_due(shared_clock.now())


def unrecorded(dispute: Dispute) -> list[Ticket]:
    """Return the tickets that this dispute concerns, and that are not marked as disputed yet; none
    if it was won and recorded already."""
    if _postings(dispute, Kind.DISPUTE_WON).exists():
        return []
    return list(_concerned(dispute))


def _concerned(dispute: Dispute) -> Iterator[Ticket]:
    """Yield the tickets whose money the bank has taken. First come the valid tickets and the
    tickets whose refund is due, because nobody can be refunded during a dispute. Then come the
    tickets whose refund has failed, as far as the disputed amount covers them: the refunds of the
    others failed after the dispute was opened."""
    tickets, left = _tickets_of(dispute), _left(dispute)
    has_failed = Q(refund__state=Refund.State.FAILED)
    valid = tickets.filter(state=Ticket.State.VALID)
    for ticket in (*valid, *tickets.owed().exclude(has_failed)):
        left -= ticket.price
        yield ticket
    for ticket in tickets.owed().filter(has_failed):
        if ticket.price <= left:
            left -= ticket.price
            yield ticket


def _open(ticket: Ticket, dispute: Dispute) -> None:
    locked = Ticket.objects.select_for_update().get(pk=ticket.pk)
    # A refund that Stripe has not done yet can't be done any more.
    Refund.objects.filter(ticket=ticket, state=Refund.State.DUE).update(
        state=Refund.State.FAILED, error="The payment is disputed."
    )
    is_paid_back = Refund.objects.filter(ticket=ticket, state=Refund.State.SENT).exists()
    if locked.state == Ticket.State.DISPUTED or is_paid_back:
        return
    Ticket.objects.filter(pk=ticket.pk).update(state=Ticket.State.DISPUTED)
    # Post no more than the bank has taken, e.g. if the staff had already given a part back.
    _post(ticket, Kind.DISPUTE, dispute, min(ticket.price, _left(dispute)))
    if locked.state == Ticket.State.VALID:
        transaction.on_commit(partial(signals.ticket_lost.send, Ticket, ticket=ticket))


def _after_winning(ticket: Ticket) -> dict[str, object]:
    """Return the new values of a ticket whose dispute was won."""
    if Refund.objects.filter(ticket=ticket).exists():
        return {"state": Ticket.State.REFUNDED}
    valid = Ticket.objects.filter(space_id=ticket.space_id, state=Ticket.State.VALID)
    if ticket.holder_id and valid.filter(holder_id=ticket.holder_id).exists():
        # The holder has bought another ticket since; the buyer can give this one away.
        return {"state": Ticket.State.VALID, "holder": None}
    return {"state": Ticket.State.VALID}


def _tickets_of(dispute: Dispute) -> TicketQuerySet:
    bought = Ticket.objects.of_payment(dispute.payment_intent)
    return bought.select_related("transfer").order_by("pk")


def _left(dispute: Dispute) -> int:
    """Return how much of the disputed amount is not posted yet."""
    posted = _postings(dispute, Kind.DISPUTE).values_list("amount", flat=True)
    return max(0, dispute.amount - sum(posted))


def _postings(dispute: Dispute, kind: Kind) -> QuerySet[Posting]:
    references = [_reference(ticket, dispute) for ticket in _tickets_of(dispute)]
    return Posting.objects.filter(kind=kind, reference__in=references)


def _post(ticket: Ticket, kind: Kind, dispute: Dispute, amount: int) -> None:
    reference = _reference(ticket, dispute)
    ledger.post(ticket.space_id, kind, reference, amount, ticket.currency)


def _reference(ticket: Ticket, dispute: Dispute) -> str:
    return f"ticket:{ticket.pk}:{dispute.id}"
