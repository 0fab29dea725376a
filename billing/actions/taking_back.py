"""Take a ticket's money back from the host, if it was already transferred."""

from django.db import transaction
from django.db.models import F

from billing import ledger
from billing.models import Ticket, Transfer
from billing.models.ledger import Kind
from billing.stripe import transfers
from billing.stripe.client import StripeUnavailable


def take_back_from_host(ticket: Ticket) -> None:
    """Reverse the ticket's share of the host's transfer, and return the platform's fee. Idempotent.

    Raises StripeRefused, or StripeUnavailable, e.g. while the transfer itself is on its way.
    """
    transfer = ticket.transfer
    if transfer is None or transfer.state == Transfer.State.FAILED:
        return
    if transfer.stripe_id is None:
        raise StripeUnavailable("the transfer is on its way")
    share, reference = ticket.price - ticket.fee, f"ticket:{ticket.pk}:{transfer.pk}"
    if share:
        transfers.reverse(transfer.stripe_id, amount=share, key=f"reversal:{reference}")
    with transaction.atomic():
        if ledger.post(ticket.space_id, Kind.REVERSAL, reference, share, ticket.currency):
            Transfer.objects.filter(pk=transfer.pk).update(reversed=F("reversed") + share)
        ledger.post(ticket.space_id, Kind.FEE_RETURNED, reference, ticket.fee, ticket.currency)
        Ticket.objects.filter(pk=ticket.pk).update(transfer=None)
    ticket.transfer = None
