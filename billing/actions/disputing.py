"""Disputes: a buyer's bank takes the money of a payment back until the dispute is decided."""

from functools import partial

from django.db import transaction
from django.db.models import Q, QuerySet

from billing import ledger, signals
from billing.actions import taking_back
from billing.models import Refund, Ticket
from billing.models.ledger import Kind
from core import shared_clock

# The money has not been given back. Tickets whose refund has failed are left out.
NOT_REFUNDED = Q(state=Ticket.State.VALID) | Q(refund__state=Refund.State.DUE)


def open_dispute(dispute: str, payment_intent: str) -> None:
    """Invalidate the tickets of a disputed payment, and take back from the host what was
    transferred for them; `dispute` is the dispute's id. Idempotent. Raises StripeRefused, or
    StripeUnavailable, e.g. while a transfer is on its way."""
    for ticket in _tickets_of(payment_intent).filter(NOT_REFUNDED):
        with transaction.atomic():
            locked = Ticket.objects.select_for_update().get(pk=ticket.pk)
            was_valid = locked.state == Ticket.State.VALID
            # A refund that Stripe has not done yet can't be done any more.
            stopped = Refund.objects.filter(ticket=ticket, state=Refund.State.DUE).update(
                state=Refund.State.FAILED, error="The payment is disputed."
            )
            if not (was_valid or stopped):
                continue
            Ticket.objects.filter(pk=ticket.pk).update(state=Ticket.State.DISPUTED)
            _post(ticket, Kind.DISPUTE, dispute)
            if was_valid:
                transaction.on_commit(partial(signals.ticket_lost.send, Ticket, ticket=ticket))
    # Now that they are invalid, they can't become part of another transfer.
    disputed = _tickets_of(payment_intent).filter(state=Ticket.State.DISPUTED)
    for ticket in disputed.exclude(transfer=None):
        taking_back.take_back_from_host(ticket)


def close_dispute(dispute: str, payment_intent: str, *, won: bool) -> None:
    """Make the tickets valid again if the dispute was won; of those whose refund was due, the
    refund is due again. Idempotent."""
    if not won:
        return
    for ticket in _tickets_of(payment_intent).filter(state=Ticket.State.DISPUTED):
        with transaction.atomic():
            disputed = Ticket.objects.filter(pk=ticket.pk, state=Ticket.State.DISPUTED)
            if disputed.update(**_after_winning(ticket)):
                _post(ticket, Kind.DISPUTE_WON, dispute)
                stopped = Refund.objects.filter(ticket=ticket, state=Refund.State.FAILED)
                stopped.update(state=Refund.State.DUE, next_try_at=shared_clock.now(), error="")


def _after_winning(ticket: Ticket) -> dict[str, object]:
    """Return the new values of a ticket whose dispute was won."""
    if Refund.objects.filter(ticket=ticket).exists():
        return {"state": Ticket.State.REFUNDED}
    valid = Ticket.objects.filter(space_id=ticket.space_id, state=Ticket.State.VALID)
    if ticket.holder_id and valid.filter(holder_id=ticket.holder_id).exists():
        # The holder has bought another ticket since; the buyer can give this one away.
        return {"state": Ticket.State.VALID, "holder": None}
    return {"state": Ticket.State.VALID}


def _tickets_of(payment_intent: str) -> QuerySet[Ticket]:
    bought = Ticket.objects.of_payment(payment_intent)
    return bought.select_related("transfer").order_by("pk")


def _post(ticket: Ticket, kind: Kind, dispute: str) -> None:
    reference = f"ticket:{ticket.pk}:{dispute}"
    ledger.post(ticket.space_id, kind, reference, ticket.price, ticket.currency)
