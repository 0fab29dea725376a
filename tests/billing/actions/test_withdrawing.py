"""A Space with tickets becomes free again: its payment pages are closed before its offer is
deleted."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from billing.actions import expiring, refunding, reserving, waiting, withdrawing
from billing.actions.withdrawing import CantWithdraw
from billing.models import Offer, Reservation, Ticket, Waiting
from billing.models.refund import Why
from billing.sandbox.errors import ApiError
from billing.sandbox.faults import Fault

pytestmark = pytest.mark.django_db
EXPIRE = "/v1/checkout/sessions/*/expire"


def refusal(offer, host):
    with pytest.raises(CantWithdraw) as refused:
        withdrawing.withdraw(offer.space, host)
    return refused.value.message


def statuses(shop):
    return [each["status"] for each in shop.sandbox.find("checkout.session")]


def test_an_open_payment_page_is_closed_first(shop, reservation, hana):
    withdrawing.withdraw(reservation.offer.space, hana)
    assert (statuses(shop), Offer.objects.exists()) == (["expired"], False)
    with pytest.raises(ApiError):
        shop.sandbox.pay(reservation.session_id)
    assert set(shop.deliver()) == {204}


def test_an_abandoned_payment_page_does_not_prevent_withdrawing(shop, reservation, offer, hana):
    with time_machine.travel(timezone.now() + timedelta(minutes=32)):
        expiring.expire_due()
        withdrawing.withdraw(offer.space, hana)
    assert not Offer.objects.exists()


def test_a_payment_page_that_was_never_opened_cannot_be_opened_later(shop, offer, ben, hana):
    """The reservation has no checkout session yet. Withdrawing creates and expires it, so that a
    request that is already under way can't create one that is open."""
    reserving.reserve(offer, ben, 1)
    withdrawing.withdraw(offer.space, hana)
    assert (statuses(shop), Offer.objects.exists()) == (["expired"], False)


def test_an_offer_that_was_just_paid_for_is_not_withdrawn(shop, reservation, offer, hana):
    """Stripe has the payment, but its webhook has not arrived."""
    shop.pay(reservation)
    assert refusal(offer, hana) == withdrawing.BOUGHT
    assert (Ticket.objects.count(), Offer.objects.get().taken) == (2, 2)


def test_an_offer_whose_tickets_were_refunded_is_not_withdrawn(shop, reservation, offer, hana):
    shop.pay(reservation)
    shop.deliver()
    refunding.refund_all(offer.space, Why.HOST)
    assert refusal(offer, hana) == withdrawing.BOUGHT


def test_a_payment_that_takes_days_must_be_decided_first(shop, reservation, offer, hana):
    shop.pay(reservation, card="")
    assert refusal(offer, hana) == withdrawing.ON_ITS_WAY
    shop.sandbox.settle(reservation.session_id, succeeded=False)
    shop.deliver()
    withdrawing.withdraw(offer.space, hana)
    assert not Offer.objects.exists()


def test_an_offer_is_not_withdrawn_while_stripe_does_not_close_a_payment_page(
    shop, reservation, offer, hana
):
    shop.sandbox.fail_next("POST", EXPIRE, Fault.ERROR, times=3)
    assert refusal(offer, hana) == withdrawing.NOT_CLOSED
    assert (Offer.objects.get().taken, statuses(shop)) == (2, ["open"])
    Reservation.objects.update(session_id="cs_gone")
    assert refusal(offer, hana) == withdrawing.REFUSED


def test_with_many_people_at_the_payment_page_the_refusal_says_how_long_to_wait(offer, hana):
    people = User.objects.bulk_create(
        User(handle=f"buyer{number}", name="Buyer") for number in range(withdrawing.MAX_OPEN + 1)
    )
    Offer.objects.update(quantity=100)
    for person in people:
        reserving.reserve(offer, person, 1)
    assert refusal(offer, hana) == (
        "21 people are at the payment page. End the sale, under “Sell until”, and try again "
        "31 minutes after its end."
    )


def test_withdrawing_an_offer_deletes_its_waiting_list(shop, offer, ben, iris, hana):
    reserving.checkout_url(reserving.reserve(offer, ben, 3))
    waiting.join(offer, iris)
    withdrawing.withdraw(offer.space, hana)
    assert (Waiting.objects.exists(), iris.notifications.exists()) == (False, False)


def test_withdrawing_twice_has_the_same_effect_as_once(shop, offer, hana):
    withdrawing.withdraw(offer.space, hana)
    withdrawing.withdraw(offer.space, hana)
    assert not Offer.objects.exists()
