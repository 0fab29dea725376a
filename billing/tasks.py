"""Periodic tasks about tickets (CELERY_BEAT_SCHEDULE in config/settings.py)."""

import structlog
from celery import shared_task

from billing import reconciliation
from billing.actions import entering, expiring, paying_out, refunding, taking_back, waiting
from billing.stripe.client import is_configured

log = structlog.get_logger(__name__)


@shared_task
def sweep() -> None:
    """Expire abandoned checkouts, and make Stripe do what is due. Everything that is due is
    found in the database, so a lost task delays it and loses nothing."""
    done = {
        "entered": entering.note_entered(),
        "expired": expiring.expire_due(),
        "passed_on": waiting.pass_on_late_seats(),
        "settled": paying_out.settle(),
        "refunded": refunding.send_due(),
        "transferred": paying_out.send_due(),
    }
    if any(done.values()):
        log.info("tickets_swept", **done)


@shared_task
def compare_with_stripe() -> None:
    """Find what this site and Stripe disagree about, for the staff. Before that, take back what
    hosts owe; once a night, because Stripe repeats its refusal of the same request for a day."""
    if is_configured():
        taking_back.take_back_left()
        for difference in reconciliation.compare():
            log.error("stripe_differs", kind=difference.kind, reference=difference.reference)
