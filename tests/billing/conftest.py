from datetime import timedelta

import pytest
from django.utils import timezone

from billing.actions import offering, onboarding, reserving
from billing.actions.offering import Terms
from billing.models import HostAccount
from billing.stripe.client import client as stripe_client
from tests.billing.shop import Shop
from tests.factories import make_host, make_user
from tests.scheduling.hosting import schedule


@pytest.fixture
def shop(settings):
    """A sandbox of Stripe in this process, to which the site is connected."""
    shop = Shop()
    settings.STRIPE_SECRET_KEY = shop.key
    settings.STRIPE_WEBHOOK_SECRET = shop.webhook_secret
    settings.STRIPE_API_BASE = shop.sandbox.state.url
    settings.STRIPE_HTTP_CLIENT = "tests.billing.shop.http_client"
    stripe_client.cache_clear()
    yield shop
    stripe_client.cache_clear()


@pytest.fixture
def hana(db):
    return make_host("hana", name="Hana")


@pytest.fixture
def account(shop, hana):
    """Hana's account at Stripe, which may sell."""
    onboarding.start(hana, "de")
    account = HostAccount.objects.get(host=hana)
    shop.sandbox.onboard(account.stripe_id)
    onboarding.refresh(account)
    return account


@pytest.fixture
def planned(hana):
    """Hana's Space, which starts tomorrow."""
    return schedule(hana, title="Rain")


@pytest.fixture
def offer(account, planned, hana):
    """Three tickets for Hana's Space, €12.50 each."""
    return offering.offer_tickets(planned, hana, Terms("eur", 1250, 3))


@pytest.fixture
def ben(db):
    return make_user("ben", name="Ben")


@pytest.fixture
def iris(db):
    return make_user("iris", name="Iris")


@pytest.fixture
def reservation(offer, ben):
    """Ben is at the checkout with two tickets."""
    reservation = reserving.reserve(offer, ben, 2)
    reserving.checkout_url(reservation)
    return reservation


@pytest.fixture
def long_ago():
    return timezone.now() - timedelta(days=2)
