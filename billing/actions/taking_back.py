"""Take a ticket's money back from the host, if it was already transferred."""

import structlog
from django.db import transaction
from django.db.models import F

from billing import ledger
from billing.actions.one_by_one import count_done
from billing.models import Ticket, Transfer
from billing.models.ledger import Kind
from billing.stripe import transfers
from billing.stripe.client import StripeRefused, StripeUnavailable

log = structlog.get_logger(__name__)

AT_ONCE = 100  # tickets in one task


def take_back_from_host(ticket: Ticket) -> None:
    """Reverse the ticket's share of the host's transfer, and return the platform's fee. Idempotent.

    If Stripe refuses it, e.g. because the host's balance is too low, the host owes the share and
    `take_back_left` tries again: a buyer must not wait for it. Raises StripeUnavailable, e.g. while
    the transfer itself is on its way.
    """
    transfer = ticket.transfer
    if transfer is None or transfer.state == Transfer.State.FAILED:
        return
    if transfer.state == Transfer.State.DUE:
        raise StripeUnavailable("the transfer is on its way")
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
    """Try again to take back the shares of tickets that are not valid; return how many are back."""
    invalid = Ticket.objects.exclude(state=Ticket.State.VALID).select_related("transfer")
    left = invalid.filter(transfer__state=Transfer.State.SENT).order_by("?")[:AT_ONCE]
    return count_done(left, _is_taken_back)


def _is_taken_back(ticket: Ticket) -> bool:
    take_back_from_host(ticket)
    return ticket.transfer is None


def _reverse(transfer: Transfer, share: int, key: str) -> bool:
    """Return False if Stripe refuses it."""
    try:
        transfers.reverse(transfer.stripe_id or "", amount=share, key=key)
    except StripeRefused as error:
        log.error("share_not_taken_back", transfer=transfer.pk, code=error.code)
        return False
    return True
