"""What this site needs from Stripe: the same with the sandbox, and with Stripe itself if there is a
test key in STRIPE_TEST_KEY.

Stripe stores idempotency keys for a day, so keys and ids are new in each run.
"""

import os
import secrets
import subprocess
import sys
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from billing import ledger
from billing.actions import disputing, expiring, offering, onboarding, refunding, reserving
from billing.actions.offering import Terms
from billing.models import HostAccount, Offer, Refund, Reservation, Ticket
from billing.models.ledger import Account, Kind
from billing.stripe import accounts, checkout, refunds, transfers
from billing.stripe.client import StripeRefused, StripeUnavailable
from tests.factories import make_host
from tests.fixtures.stack import ROOT
from tests.fixtures.stripe_account import KEY, open_checkout

pytestmark = [
    pytest.mark.stripe,
    pytest.mark.django_db,
    # The library leaves its connections to Stripe open until this process ends.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
PRICE = 1250


@pytest.fixture
def offer(stripe_account, planned, hana):
    """Three tickets for Hana's Space. Stripe is not asked about her account."""
    HostAccount.objects.create(
        host=hana, country="de", stripe_id="acct_x", transfers_enabled=True, payouts_enabled=True
    )
    return offering.offer_tickets(planned, hana, Terms("eur", PRICE, 3))


@pytest.fixture
def sold(offer, ben):
    """Return a function that stores a paid ticket of Ben. Its id differs from those of other runs,
    because the idempotency key of its refund contains it."""

    def sold(payment_intent):
        Offer.objects.update(taken=1)
        reservation = Reservation.objects.create(
            offer=offer,
            buyer=ben,
            title="Rain",
            quantity=1,
            unit_price=PRICE,
            currency="eur",
            fee_rate=1000,
            state=Reservation.State.PAID,
            payment_intent=payment_intent,
            expires_at=timezone.now() + timedelta(minutes=31),
            finished_at=timezone.now(),
        )
        ticket = Ticket.objects.create(
            pk=secrets.randbelow(2**48),
            space=offer.space,
            reservation=reservation,
            number=1,
            holder=ben,
            price=PRICE,
            fee=125,
            currency="eur",
        )
        ledger.post_for(ticket, Kind.SALE)
        return ticket

    return sold


def test_the_same_call_returns_the_same_payment_page(stripe_account):
    reservation, until = str(uuid4()), timezone.now() + timedelta(minutes=35)
    first = open_checkout(reservation=reservation, until=until)
    assert (first.status, first.is_paid, first.total, first.currency) == (
        "open",
        False,
        PRICE,
        "eur",
    )
    assert (first.url.startswith("http"), first.reservation) == (True, reservation)
    assert open_checkout(reservation=reservation, until=until) == first
    assert checkout.read(first.id) == first
    later = open_checkout(reservation=reservation, until=until + timedelta(minutes=5))
    assert later.id != first.id


def test_a_payment_page_expires_once_and_stays_expired(stripe_account):
    opened = open_checkout()
    assert checkout.expire(opened.id).status == "expired"
    assert checkout.expire(opened.id).status == "expired"
    assert checkout.read(opened.id).url == ""


def test_a_payment_page_that_closes_too_soon_is_refused(stripe_account):
    with pytest.raises(StripeRefused):
        open_checkout(until=timezone.now() + timedelta(minutes=20))


def test_a_session_that_does_not_exist_is_not_found(stripe_account):
    assert checkout.find("cs_test_nothing") is None


def test_a_second_tap_leads_to_the_same_page_and_the_sweeper_frees_the_seat(offer, ben):
    reservation = reserving.reserve(offer, ben, 1)
    address = reserving.checkout_url(reservation)
    assert reserving.checkout_url(reserving.reserve(offer, ben, 1)) == address
    expiring.release(reservation)
    reservation.refresh_from_db()
    offer.refresh_from_db()
    assert (reservation.state, offer.taken) == (Reservation.State.EXPIRED, 0)
    assert checkout.read(reservation.session_id).status == "expired"


def test_a_refund_that_is_sent_twice_is_paid_once(stripe_account):
    payment, key = stripe_account.pay(PRICE), f"refund:{uuid4()}"
    call = {"payment_intent": payment, "amount": 500, "name": key, "key": key}
    first = refunds.create(**call)
    assert refunds.create(**call).id == first.id
    (found,) = refunds.of_payment(payment)
    assert (found.id, found.amount, found.payment_intent) == (first.id, 500, payment)
    assert refunds.named(key, [found]) == found
    assert refunds.read(first.id).id == first.id


def test_a_key_that_is_used_for_another_call_changes_nothing(stripe_account):
    payment, key = stripe_account.pay(PRICE), f"refund:{uuid4()}"
    refunds.create(payment_intent=payment, amount=500, name=key, key=key)
    with pytest.raises(StripeUnavailable):
        refunds.create(payment_intent=payment, amount=501, name=key, key=key)
    assert [each.amount for each in refunds.of_payment(payment)] == [500]


def test_more_than_was_paid_cannot_be_refunded(stripe_account):
    payment, key = stripe_account.pay(PRICE), f"refund:{uuid4()}"
    with pytest.raises(StripeRefused):
        refunds.create(payment_intent=payment, amount=PRICE + 1, name=key, key=key)


def test_a_refunded_ticket_is_paid_back_and_the_ledger_agrees(stripe_account, sold):
    payment = stripe_account.pay(PRICE)
    ticket = sold(payment)
    refunding.refund(ticket, Refund.Why.HOST)
    assert refunding.send_due() == 1
    refund = Refund.objects.get(ticket=ticket)
    assert refund.state == Refund.State.SENT
    assert [(each.id, each.amount) for each in refunds.of_payment(payment)] == [
        (refund.stripe_id, PRICE)
    ]
    assert set(ledger.balances(ticket.space).values()) == {0}


def test_a_disputed_ticket_is_not_valid_and_its_money_is_gone(stripe_account, sold):
    dispute = stripe_account.pay_and_dispute(PRICE)
    assert (dispute.amount, dispute.has_taken_money, dispute.is_won) == (PRICE, True, False)
    ticket = sold(dispute.payment_intent)
    disputing.apply(dispute)
    ticket.refresh_from_db()
    assert ticket.state == Ticket.State.DISPUTED
    assert ledger.balances(ticket.space)[Account.HELD] == 0


def test_a_new_host_is_asked_for_details_on_stripes_page(stripe_account):
    host = make_host(f"host{secrets.randbelow(2**32)}", pk=secrets.randbelow(2**48))
    assert onboarding.start(host, "de").startswith("http")
    account = HostAccount.objects.get(host=host)
    assert (account.may_sell, account.refusal) == (False, "")
    assert account.missing
    assert accounts.read(account.stripe_id).missing == account.missing
    assert onboarding.start(host, "de").startswith("http")
    assert HostAccount.objects.get(host=host).stripe_id == account.stripe_id


def test_nothing_is_transferred_to_an_account_that_does_not_exist(stripe_account):
    name = f"transfer:{uuid4()}"
    with pytest.raises(StripeRefused):
        transfers.create(
            amount=PRICE, currency="eur", account="acct_1", group="rain", name=name, key=name
        )
    assert transfers.find("rain", name) == ""


@pytest.mark.parametrize("key", ["sk_live_1", "rk_live_1", "pk_test_1"])
def test_the_tests_refuse_every_key_that_is_not_a_test_key(key):
    refused = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", __file__],
        cwd=ROOT,
        env={**os.environ, KEY: key},
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode == 4
    assert "must be a test key of Stripe (sk_test_…)" in refused.stderr
    assert key not in refused.stdout + refused.stderr
