"""Many people buy at once, on both databases: no seat is sold twice, and people for whom none is
left are refused."""

from contextlib import suppress
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from billing import discounts, ledger
from billing.actions import discounting, expiring, offering, refunding, reserving, withdrawing
from billing.actions.discounting import Discount
from billing.actions.offering import Terms
from billing.actions.withdrawing import CantWithdraw
from billing.models import DiscountCode, Offer, Refund, Reservation, Ticket
from billing.models.ledger import Account
from billing.refusals import CodeRefused, SoldOut
from tests.concurrency import run_concurrently
from tests.factories import make_user, signed_in

pytestmark = pytest.mark.integration
SEATS = 20
THREADS = 40


@pytest.fixture
def offer(both_databases, offer):
    """Twenty tickets for Hana's Space, €12.50 each."""
    Offer.objects.update(quantity=SEATS)
    return offer


def fresh(offer):
    return Offer.objects.select_related("space__host").get(pk=offer.pk)


def test_exactly_20_of_200_buyers_get_one_of_20_seats(shop, offer):
    people = [make_user() for _ in range(200)]

    def buy(number):
        """Each thread acts for five buyers, one after the other; every buyer taps twice."""
        sold = 0
        for person in people[number::THREADS]:
            try:
                for _ in range(2):
                    reservation = reserving.reserve(fresh(offer), person, 1)
                reserving.checkout_url(reservation)
                shop.pay(reservation)
                sold += 1
            except SoldOut:
                pass
        return sold

    outcomes = run_concurrently(THREADS, buy)
    assert sum(outcomes) == SEATS
    shop.deliver(times=2)
    offer.refresh_from_db()
    assert (offer.taken, Ticket.objects.count(), Reservation.objects.count()) == (SEATS,) * 3
    assert ledger.balances(offer.space)[Account.HELD] == SEATS * 1250


def test_two_tabs_lead_to_one_reservation(shop, offer, ben):
    def tap(number):
        reservation = reserving.reserve(fresh(offer), ben, 1)
        reserving.checkout_url(reservation)
        return reservation.pk

    assert len(set(run_concurrently(8, tap))) == 1
    assert (fresh(offer).taken, len(shop.sandbox.find("checkout.session"))) == (1, 1)


def test_concurrent_taps_minutes_after_the_reservation_lead_to_one_session(shop, offer, ben):
    reservation = reserving.reserve(offer, ben, 1)

    def tap(number):
        return reserving.checkout_url(reserving.reserve(fresh(offer), ben, 1))

    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        urls = run_concurrently(8, tap)
    (session,) = shop.sandbox.find("checkout.session")
    reservation.refresh_from_db()
    assert (set(urls), reservation.session_id) == ({session["url"]}, session["id"])


def test_ten_concurrent_deliveries_of_one_event_have_one_effect(shop, offer, reservation):
    shop.pay(reservation)
    (delivery,) = [
        each for each in shop.sandbox.deliveries() if each.type == "checkout.session.completed"
    ]
    statuses = run_concurrently(10, lambda number: shop.post(delivery).status_code)
    assert set(statuses) <= {204, 503}
    shop.deliver()
    assert (Ticket.objects.count(), fresh(offer).taken) == (2, 2)


def test_concurrent_sweepers_and_webhooks_fulfil_a_paid_reservation_once(shop, offer, reservation):
    shop.pay(reservation)
    delivery = shop.sandbox.deliveries()[0]

    def act(number):
        if number % 2:
            return expiring.release(Reservation.objects.get(pk=reservation.pk))
        return shop.post(delivery).status_code

    run_concurrently(6, act)
    shop.deliver()
    assert (Ticket.objects.count(), fresh(offer).taken) == (2, 2)


def test_withdrawing_while_people_buy_leaves_no_payment_without_its_ticket(shop, offer, hana):
    people = [make_user() for _ in range(12)]

    def act(number):
        if number == 6:
            withdrawing.withdraw(fresh(offer).space, hana)
            return
        reservation = reserving.reserve(fresh(offer), people[number], 1)
        reserving.checkout_url(reservation)
        shop.pay(reservation)

    run_concurrently(12, act)
    shop.deliver()
    paid = len(shop.sandbox.find("charge", status="succeeded"))
    assert Ticket.objects.count() == paid
    assert (paid > 0) == Offer.objects.exists()


def test_a_tap_while_the_offer_is_withdrawn_redirects_or_is_refused(shop, offer, hana):
    people = [make_user() for _ in range(12)]
    page = f"{offer.space.get_absolute_url()}tickets/"

    def act(number):
        if number != 6:
            return signed_in(people[number]).post(page, {"quantity": "1"}).status_code
        with suppress(CantWithdraw):
            withdrawing.withdraw(fresh(offer).space, hana)
        return 302

    assert set(run_concurrently(12, act)) <= {302, 409}


def test_refunds_that_several_workers_send_concurrently_are_paid_once(shop, offer, reservation):
    shop.pay(reservation)
    shop.deliver()
    refunding.refund_all(offer.space, Refund.Why.HOST)
    run_concurrently(4, lambda number: refunding.send_due())
    reservation.refresh_from_db()
    assert shop.balance_of(reservation) == (2500, 2500)
    assert set(ledger.balances(offer.space).values()) == {0}


def test_the_last_use_of_a_code_goes_to_one_of_20_buyers(shop, offer, hana):
    discounting.create(offer, hana, Discount("LAST", percent=20, max_uses=1))
    people = [make_user() for _ in range(20)]

    def buy(number):
        return reserving.reserve(fresh(offer), people[number], 1, code="LAST").unit_price

    outcomes = run_concurrently(20, buy)
    refused = [each.code for each in outcomes if isinstance(each, CodeRefused)]
    assert refused == ["used_up_code"] * 19
    assert [each for each in outcomes if not isinstance(each, CodeRefused)] == [1000]
    assert (fresh(offer).taken, DiscountCode.objects.get().uses) == (1, 1)


def test_five_of_ten_people_get_a_free_ticket_although_each_taps_twice(shop, offer, hana):
    discounting.create(offer, hana, Discount("FREE", percent=100, max_uses=5))
    people = [make_user() for _ in range(10)]

    def take(number):
        """Each person taps twice, in two threads."""
        person = people[number // 2]
        form = f"form of {person.pk}"
        return reserving.reserve(fresh(offer), person, 1, code="FREE", form=form).pk

    outcomes = run_concurrently(20, take)
    refused = [each for each in outcomes if isinstance(each, Exception)]
    assert [type(each) for each in refused] == [CodeRefused] * 10
    assert len({each for each in outcomes if each not in refused}) == 5
    assert (fresh(offer).taken, Ticket.objects.count()) == (5, 5)
    assert DiscountCode.objects.get().uses == 5


def test_the_count_is_right_if_a_code_is_used_while_it_is_switched_off(shop, offer, hana):
    discount = discounting.create(offer, hana, Discount("OFF", percent=20))
    people = [make_user() for _ in range(12)]

    def act(number):
        if number == 6:
            discounting.switch_off(discount, hana)
        else:
            reserving.reserve(fresh(offer), people[number], 1, code="OFF")

    run_concurrently(12, act)
    held = Reservation.objects.filter(discount=discount).count()
    assert DiscountCode.objects.get().uses == held == fresh(offer).taken


def test_prices_and_codes_that_change_at_the_same_time_fit_together(shop, offer, hana):
    """A ticket costs €12.50 or €1.00; codes that take off 90 cents fit only the first price."""

    def act(number):
        if number % 2:
            discounting.create(fresh(offer), hana, Discount(f"CODE-{number}", amount=90))
        else:
            offering.offer_tickets(fresh(offer).space, hana, Terms("eur", 100, SEATS))

    run_concurrently(8, act)
    prices = fresh(offer).prices
    codes = discounts.usable_codes(offer, timezone.now())
    assert prices == {"price": 1250 if codes else 100}
