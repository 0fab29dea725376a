"""The demo's Space with tickets."""

import pytest

from accounts.demo.people import create_people
from billing.demo import sell_tickets
from billing.models import HostAccount, Offer
from billing.sandbox.sandbox import Sandbox
from billing.sandbox.store import Store
from billing.stripe import accounts
from scheduling.demo import SOON, schedule_spaces
from tests.billing.shop import Shop

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def scene(db, settings, tmp_path):
    settings.HOME = tmp_path
    create_people()
    schedule_spaces()


def test_without_a_sandbox_every_space_is_free():
    sell_tickets()
    assert not Offer.objects.exists()


def test_with_a_sandbox_the_space_that_starts_soon_sells_tickets_without_calling_stripe(shop):
    sell_tickets()
    offer = Offer.objects.get()
    assert (offer.space.title, offer.seller.handle) == (SOON, "cleo")
    assert [each.code for each in offer.discount_codes.all()] == ["DEMO20"]
    assert shop.http.calls == []


def test_the_sandbox_of_the_demo_can_pay_the_host(shop, connect, tmp_path):
    sell_tickets()
    connect(Shop(Sandbox(store=Store.in_home(tmp_path))))
    account = HostAccount.objects.get()
    assert accounts.read(account.stripe_id).payouts_enabled


def test_the_next_start_of_the_demo_changes_nothing(shop):
    sell_tickets()
    Offer.objects.update(price=700)
    sell_tickets()
    assert (Offer.objects.get().price, HostAccount.objects.count()) == (700, 1)
