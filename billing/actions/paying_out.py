"""Transfer to the host what the tickets of a Space have brought in, less the platform's fee."""

from datetime import timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q

from billing import ledger, retrying
from billing.actions import refunding
from billing.actions.one_by_one import count_done
from billing.models import HostAccount, Refund, Reservation, Ticket, Transfer
from billing.models.ledger import Kind
from billing.models.reservation import OPEN
from billing.stripe import transfers
from billing.stripe.client import StripeRefused, StripeUnavailable
from core import shared_clock
from spaces.models import Space, State

log = structlog.get_logger(__name__)

# A Space that was shorter is refunded, whoever ended it: nobody got what they paid for.
SHORTEST = timedelta(minutes=5)
AT_ONCE = 100  # Spaces or transfers in one task


def settle() -> int:
    """Refund Spaces that were cancelled or ended too soon, and plan the transfers of those that
    ended PAYOUT_DELAY ago. Return how many Spaces were settled.

    A cancellation is also refunded by its signal; this finds the Spaces whose signal was lost.
    """
    over = Space.objects.filter(state__in=[State.ENDED, State.CANCELLED], offer__isnull=False)
    # Free tickets have no money to transfer, but must become invalid if the Space is cancelled.
    unsettled = over.filter(
        Q(tickets__price__gt=0) | Q(state=State.CANCELLED),
        tickets__state=Ticket.State.VALID,
        tickets__transfer=None,
    )
    found = unsettled.select_related("offer").order_by("ended_at").distinct()[:AT_ONCE]
    return count_done(found, _settle)


def _settle(space: Space) -> bool:
    if space.is_cancelled:
        return bool(refunding.refund_all(space, Refund.Why.CANCELLED))
    if space.duration < SHORTEST:
        return bool(refunding.refund_all(space, Refund.Why.FAULT))
    limit = shared_clock.now() - settings.PAYOUT_DELAY
    return space.ended_at is not None and space.ended_at <= limit and _plan(space)


def send_due() -> int:
    """Make Stripe do the transfers that are due; return how many it accepted."""
    due = Transfer.objects.filter(state=Transfer.State.DUE, next_try_at__lte=shared_clock.now())
    found = due.select_related("space__offer").order_by("pk")[:AT_ONCE]
    return count_done(found, _send)


def _plan(space: Space) -> bool:
    """Plan the transfer of the tickets that are valid and not transferred. Return False if there
    are none, or if a purchase is still open."""
    if Reservation.objects.filter(offer__space=space, state__in=OPEN).exists():
        return False  # a delayed payment may still arrive
    with transaction.atomic():
        # Without a lock on the Space's row, two workers could plan the same tickets.
        Space.objects.select_for_update(no_key=True).get(pk=space.pk)
        valid = Ticket.objects.filter(space=space, state=Ticket.State.VALID, transfer=None)
        tickets = list(valid.filter(price__gt=0).select_for_update())
        if not tickets:
            return False
        transfer = Transfer.objects.create(
            space=space,
            amount=sum(each.price - each.fee for each in tickets),
            fees=sum(each.fee for each in tickets),
            currency=space.offer.currency,
        )
        Ticket.objects.filter(pk__in=[each.pk for each in tickets]).update(transfer=transfer)
    return True


def _send(transfer: Transfer) -> bool:
    space, key = transfer.space, f"transfer:{transfer.pk}"
    try:
        stripe_id = _transfer(transfer, key) if transfer.amount else None
    except StripeUnavailable as error:
        Transfer.objects.filter(pk=transfer.pk).update(
            attempts=transfer.attempts + 1,
            next_try_at=retrying.next_try(shared_clock.now(), transfer.attempts),
            error=str(error)[:200],
        )
        return False
    except StripeRefused as error:
        log.error("transfer_refused", space=space.public_id, code=error.code)
        Transfer.objects.filter(pk=transfer.pk).update(
            state=Transfer.State.FAILED, error=str(error)[:200]
        )
        return False
    with transaction.atomic():
        Transfer.objects.filter(pk=transfer.pk).update(
            state=Transfer.State.SENT, stripe_id=stripe_id, error=""
        )
        ledger.post(space.pk, Kind.TRANSFER, key, transfer.amount, transfer.currency)
        ledger.post(space.pk, Kind.FEE, key, transfer.fees, transfer.currency)
    return True


def _transfer(transfer: Transfer, key: str) -> str:
    account = HostAccount.objects.get(host=transfer.space.offer.seller_id)
    return transfers.create(
        amount=transfer.amount,
        currency=transfer.currency,
        account=account.stripe_id or "",
        group=transfer.space.public_id,
        key=key,
    )
