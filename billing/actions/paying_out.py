"""Transfer to the host what the tickets of a Space have brought in, less the platform's fee."""

from contextlib import suppress
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from billing import kinds, ledger, retrying
from billing.actions import onboarding, refunding
from billing.actions.one_by_one import count_done
from billing.models import HostAccount, Refund, Reservation, Ticket, Transfer
from billing.models.ledger import Kind
from billing.models.reservation import OPEN
from billing.stripe import transfers
from billing.stripe.client import StripeRefused, StripeUnavailable
from billing.stripe.transfers import BalanceTooLow
from core import shared_clock
from core.prepared_queries import prepared
from spaces.models import Space, State

log = structlog.get_logger(__name__)

# The tickets of a shorter Space are refunded, whoever ended it: nobody got what they paid for.
SHORTEST = timedelta(minutes=5)
AT_ONCE = 100  # Spaces or transfers in one task


def settle() -> int:
    """Refund Spaces that were cancelled or ended too soon, and plan the transfers of those that
    ended PAYOUT_DELAY ago. Return how many Spaces were settled.

    A cancellation is also refunded by its signal; this finds the Spaces whose signal was lost.
    """
    latest_end = shared_clock.now() - settings.PAYOUT_DELAY
    return count_done(_unsettled(latest_end, limit=AT_ONCE), _settle)


@prepared
def _unsettled(latest_end: datetime, *, limit: int) -> QuerySet[Space]:
    """Return the Spaces that can be settled now. Spaces whose transfer can't be planned yet are
    left out, so that they don't keep the others waiting: those that ended after `latest_end`, and
    those with an open reservation."""
    # Free tickets have no money to transfer, but must become invalid if the Space is cancelled.
    unsettled = Space.objects.filter(
        Q(tickets__price__gt=0) | Q(state=State.CANCELLED),
        _is_over(latest_end),
        offer__isnull=False,
        tickets__state=Ticket.State.VALID,
        tickets__transfer=None,
    )
    return unsettled.select_related("offer").order_by("ended_at").distinct()[:limit]


def _is_over(latest_end: datetime) -> Q:
    ended = Q(state=State.ENDED)
    is_short = Q(ended_at__lt=F("started_at") + SHORTEST)
    # A delayed payment may still arrive.
    opened = Reservation.objects.filter(offer__space=OuterRef("pk"), state__in=OPEN)
    is_due = Q(ended_at__lte=latest_end) & ~Q(Exists(opened))
    return Q(state=State.CANCELLED) | ended & (is_short | is_due)


def _settle(space: Space) -> bool:
    if space.is_cancelled:
        return bool(refunding.refund_all(space, Refund.Why.CANCELLED))
    if space.duration < SHORTEST:
        return bool(refunding.refund_all(space, Refund.Why.FAULT))
    return _plan(space)


def send_due() -> int:
    """Make Stripe do the transfers that are due; return how many it accepted."""
    now = shared_clock.now()
    Transfer.objects.refused().filter(next_try_at__lte=now).make_due(now)
    return count_done(_due(now, limit=AT_ONCE), _send)


@prepared
def _due(now: datetime, *, limit: int) -> QuerySet[Transfer]:
    due = Transfer.objects.filter(state=Transfer.State.DUE, next_try_at__lte=now)
    return due.select_related("space__offer").order_by("next_try_at")[:limit]


def send_again(pk: int) -> None:
    """Send a transfer that Stripe has refused. Idempotent. Raises StripeRefused if Stripe refuses
    it again, or StripeUnavailable; then it is repeated later."""
    if not Transfer.objects.refused().filter(pk=pk).make_due(shared_clock.now()):
        return
    transfer = Transfer.objects.select_related("space__offer").get(pk=pk)
    if _send(transfer):
        return
    transfer.refresh_from_db(fields=["state", "error"])
    if transfer.is_refused:
        raise StripeRefused("", transfer.error)
    raise StripeUnavailable(transfer.error)


def _plan(space: Space) -> bool:
    """Plan the transfer of the tickets that are valid and not transferred. Return False if there
    are none."""
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
    if not retrying.note_attempt(transfer):
        return False
    same = Transfer.objects.filter(
        pk=transfer.pk, state=Transfer.State.DUE, failures=transfer.failures
    )
    try:
        stripe_id = _transfer(transfer) if transfer.amount else None
    except StripeUnavailable as error:
        same.update(error=str(error)[:200])
        return False
    except BalanceTooLow as error:
        same.update(
            state=Transfer.State.WAITING, failures=F("failures") + 1, error=str(error)[:200]
        )
        return False
    except StripeRefused as error:
        log.error("transfer_refused", space=transfer.space.public_id, code=error.code)
        _note_refusal(transfer, same, str(error))
        return False
    name, space_id, currency = transfer.name, transfer.space_id, transfer.currency
    with transaction.atomic():
        if not same.update(state=Transfer.State.SENT, stripe_id=stripe_id, error=""):
            return False  # another worker has recorded it
        ledger.post(space_id, Kind.TRANSFER, name, transfer.amount, currency)
        ledger.post(space_id, Kind.FEE, name, transfer.fees, currency)
    return True


def _transfer(transfer: Transfer) -> str:
    group = transfer.space.public_id
    # The answer to an earlier attempt may have been lost, even days ago.
    if transfer.attempts and (found := transfers.find(group, transfer.name)):
        return found
    account = HostAccount.objects.get(host=transfer.space.offer.seller_id)
    return transfers.create(
        amount=transfer.amount,
        currency=transfer.currency,
        account=account.stripe_id,
        group=group,
        name=transfer.name,
        key=retrying.key(transfer.name, transfer.failures),
    )


def _note_refusal(transfer: Transfer, same: QuerySet[Transfer], error: str) -> None:
    """Store that Stripe refused a transfer, and notify the host, who may have to do something about
    the account. Copy the account from Stripe, so that pages show what is missing."""
    account = HostAccount.objects.select_related("host").get(host=transfer.space.offer.seller_id)
    with transaction.atomic():
        is_new = same.update(
            state=Transfer.State.FAILED,
            failures=F("failures") + 1,
            next_try_at=shared_clock.now() + retrying.AFTER_REFUSAL,
            error=error[:200],
        )
        if is_new:
            kinds.notify_about_refused_transfer(account.host, transfer)
    with suppress(StripeRefused, StripeUnavailable):
        onboarding.refresh(account)
