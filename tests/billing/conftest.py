import pytest

from billing.actions import offering, reserving
from billing.actions.offering import Terms
from billing.stripe.client import client as stripe_client
from tests.billing.accounts import open_account
from tests.billing.shop import Shop
from tests.factories import make_host, make_user
from tests.scheduling.hosting import schedule


@pytest.fixture
def connect(settings):
    """Return a function that connects the site to a shop, instead of the previous shop."""
    # These are set once, not by each call, because each assignment wraps the settings once more.
    settings.STRIPE_SECRET_KEY = Shop.key
    settings.STRIPE_WEBHOOK_SECRET = Shop.webhook_secret
    settings.STRIPE_API_BASE = Shop().sandbox.state.url
    settings.STRIPE_HTTP_CLIENT = "tests.billing.shop.http_client"

    def connect(shop):
        shop.become_current()
        stripe_client.cache_clear()
        return shop

    yield connect
    stripe_client.cache_clear()


@pytest.fixture
def shop(connect):
    """A sandbox of Stripe in this process, to which the site is connected."""
    return connect(Shop())


@pytest.fixture
def hana(db):
    return make_host("hana", name="Hana")


@pytest.fixture
def account(shop, hana):
    """Hana's account at Stripe, with which she may sell tickets."""
    return open_account(shop, hana)


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
