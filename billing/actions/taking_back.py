"""Take a ticket's money back from the host, if it was already transferred."""

import structlog
from django.db import transaction
from django.db.models import F, QuerySet

from billing import ledger
from billing.actions.one_by_one import count_done
from billing.models import Ticket, Transfer
from billing.models.ledger import Kind
from billing.stripe import transfers
from billing.stripe.client import StripeRefused, StripeUnavailable
from core import shared_clock
from core.prepared_queries import prepared

log = structlog.get_logger(__name__)

AT_ONCE = 100  # tickets in one task
ON_ITS_WAY = "the transfer is on its way"


def take_back_from_host(ticket: Ticket) -> None:
    """Reverse the ticket's share of the host's transfer, and return the platform's fee. If Stripe
    has refused the transfer, the ticket is taken out of it. Idempotent.

    If Stripe refuses the reversal, e.g. because the host's balance is too low, the host owes the
    share and `take_back_left` tries again, because a buyer must not wait for this. Raises
    StripeUnavailable, e.g. while the transfer itself is on its way.
    """
    transfer = ticket.transfer
    if transfer is None:
        return
    if transfer.is_refused:
        _leave(ticket, transfer)
        return
    if transfer.state == Transfer.State.DUE:
        raise StripeUnavailable(ON_ITS_WAY)
    share, reference = ticket.price - ticket.fee, f"ticket:{ticket.pk}:{transfer.pk}"
    if share and not _reverse(transfer, share, f"reversal:{reference}"):
        return
    with transaction.atomic():
        if ledger.post(ticket.space_id, Kind.REVERSAL, reference, share, ticket.currency):
            Transfer.objects.filter(pk=transfer.pk).update(reversed=F("reversed") + share)
        ledger.post(ticket.space_id, Kind.FEE_RETURNED, reference, ticket.fee, ticket.currency)
        Ticket.objects.filter(pk=ticket.pk).update(transfer=None)
    ticket.transfer = None


def take_back_left() -> int:
    """Try again to take back the shares of tickets that are not valid; return how many were taken
    back."""
    return count_done(_left(limit=AT_ONCE), _is_taken_back)


@prepared
def _left(*, limit: int) -> QuerySet[Ticket]:
    invalid = Ticket.objects.exclude(state=Ticket.State.VALID).select_related("transfer")
    return invalid.exclude(transfer=None).order_by("?")[:limit]


def _is_taken_back(ticket: Ticket) -> bool:
    try:
        take_back_from_host(ticket)
    except StripeUnavailable as error:
        log.warning("share_not_taken_back_yet", ticket=ticket.pk, error=str(error))
    return ticket.transfer is None


def _leave(ticket: Ticket, transfer: Transfer) -> None:
    with transaction.atomic():
        found = Transfer.objects.select_for_update().filter(pk=transfer.pk).first()
        if found is None or not found.is_refused:
            raise StripeUnavailable(ON_ITS_WAY)  # another worker is trying it again
        if Ticket.objects.filter(pk=ticket.pk, transfer=found).update(transfer=None):
            found.amount -= ticket.price - ticket.fee
            found.fees -= ticket.fee
            found.save(update_fields=["amount", "fees"])
        if not found.tickets.exists():
            found.delete()
    ticket.transfer = None


def _reverse(transfer: Transfer, share: int, name: str) -> bool:
    """Reverse a share of a transfer, at most once. Return False if Stripe refuses."""
    stripe_id = transfer.stripe_id or ""
    # Stripe repeats its refusal for the same key, so the key is different every day.
    key = f"{name}:{shared_clock.now():%Y-%m-%d}"
    try:
        # The answer to an earlier attempt may have been lost, even days ago.
        if not transfers.is_reversed(stripe_id, name):
            transfers.reverse(stripe_id, amount=share, name=name, key=key)
    except StripeRefused as error:
        log.error("share_not_taken_back", transfer=transfer.pk, code=error.code)
        return False
    return True
