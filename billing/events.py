"""Apply the events that Stripe sends. An event only says what has to be read again from Stripe; its
own copy of the object is not used. So events may come late, twice, or out of order.
https://docs.stripe.com/api/events/types"""

from collections.abc import Callable

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction

from billing import kinds
from billing.actions import disputing, fulfilling, onboarding, refunding
from billing.models import HostAccount, WebhookEvent
from billing.stripe import checkout, disputes, refunds
from billing.stripe.webhooks import Event

log = structlog.get_logger(__name__)

Effect = Callable[[], object]


def handle(event: Event) -> None:
    """Apply an event once. Raises StripeUnavailable, StripeRefused or SessionMismatch; the webhook
    then answers with an error, so that Stripe sends the event again."""
    if event.is_live != settings.STRIPE_LIVE:
        log.warning("event_of_another_mode", id=event.id, type=event.type)
        return
    find_effect = EFFECTS.get(event.type)
    if find_effect is None or WebhookEvent.objects.filter(pk=event.id).exists():
        return
    effect = find_effect(event)
    try:
        with transaction.atomic():
            WebhookEvent.objects.create(pk=event.id, type=event.type)
            effect()
    except IntegrityError:
        if not WebhookEvent.objects.filter(pk=event.id).exists():
            raise  # the reason is not that the same event arrived twice at once


def _nothing() -> None:
    """The effect of an event that changes nothing here, e.g. about an unknown object, or that was
    already applied outside of the transaction, because that took requests to Stripe."""


def _session_changed(event: Event) -> Effect:
    session = checkout.read(event.object_id)
    return lambda: fulfilling.apply(session)


def _refunds_changed(event: Event) -> Effect:
    """Read all refunds of the payment, because a refund from Stripe's dashboard may cover several
    tickets, and the event of a failure may come before the event of the refund."""
    if not event.payment_intent:
        return _nothing
    fulfilling.fulfil_payment(event.payment_intent)
    refunding.adopt(event.payment_intent, refunds.of_payment(event.payment_intent))
    return _nothing


def _dispute_changed(event: Event) -> Effect:
    dispute = disputes.read(event.object_id)
    if not dispute.has_taken_money:
        return _nothing
    fulfilling.fulfil_payment(dispute.payment_intent)
    disputing.apply(dispute)
    return _nothing


def _account_changed(event: Event) -> Effect:
    account = HostAccount.objects.filter(stripe_id=event.object_id).first()
    return (lambda: onboarding.refresh(account)) if account else _nothing


def _payout_failed(event: Event) -> Effect:
    account = HostAccount.objects.filter(stripe_id=event.account).select_related("host").first()
    if account is None:
        return _nothing
    onboarding.refresh(account)  # the bank account may have to be entered again
    return lambda: kinds.notify_about_failed_payout(account.host, event.object_id)


EFFECTS: dict[str, Callable[[Event], Effect]] = {
    "checkout.session.completed": _session_changed,
    "checkout.session.async_payment_succeeded": _session_changed,
    "checkout.session.async_payment_failed": _session_changed,
    "checkout.session.expired": _session_changed,
    "charge.refunded": _refunds_changed,
    "refund.updated": _refunds_changed,
    "refund.failed": _refunds_changed,
    "charge.dispute.created": _dispute_changed,
    "charge.dispute.closed": _dispute_changed,
    "account.updated": _account_changed,
    "payout.failed": _payout_failed,
}
