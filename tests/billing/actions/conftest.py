"""A purchase that was paid, and what became of it, as fixtures."""

from datetime import timedelta

import pytest
from django.utils import timezone

from billing.actions import (
    refunding,
)
from billing.models.refund import Why
from spaces.models import Space


@pytest.fixture
def paid(shop, reservation):
    """Ben has paid for two tickets, €12.50 each."""
    shop.pay(reservation)
    shop.deliver()
    reservation.refresh_from_db()
    return reservation


@pytest.fixture
def ended(paid):
    """Hana's Space ran for an hour, two days ago."""
    space = paid.offer.space
    start = timezone.now() - timedelta(days=2)
    Space.objects.filter(pk=space.pk).update(
        state="ended", started_at=start, ended_at=start + timedelta(hours=1)
    )
    space.refresh_from_db()
    return space


@pytest.fixture
def refund_failed(shop, paid):
    """The bank has refused the refunds of Ben's two tickets, so the money came back."""
    refunding.refund_all(paid.offer.space, Why.HOST)
    refunding.send_due()
    shop.deliver()
    for refund in shop.sandbox.find("refund"):
        shop.sandbox.fail_refund(refund["id"])
    return paid
