"""Discount codes: prices, limits, refusals, and free tickets."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from billing import discounts, ledger, seats
from billing.actions import (
    discounting,
    expiring,
    fulfilling,
    offering,
    paying_out,
    refunding,
    reserving,
    waiting,
    withdrawing,
)
from billing.actions.discounting import CantDiscount, Discount, InvalidDiscount
from billing.actions.offering import InvalidTerms, Terms
from billing.models import DiscountCode, Offer, Refund, Reservation, Ticket, Transfer
from billing.refusals import CodeRefused, PriceChanged, SoldOut
from scheduling.actions import cancelling
from spaces.models import Space
from tests.billing.rows import make_offer
from tests.factories import make_host, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def create(offer, hana):
    """Create a code of Hana's: `create(percent=20)`."""

    def create(code="SUMMER", **what):
        return discounting.create(offer, hana, Discount(code, **what))

    return create


@pytest.fixture
def free(create):
    return create("FREE", percent=100)


def taken(offer):
    offer.refresh_from_db()
    return offer.taken


def uses(discount):
    discount.refresh_from_db()
    return discount.uses


def check_out(offer, buyer, quantity=1, code="SUMMER"):
    reservation = reserving.reserve(offer, buyer, quantity, code=code)
    reserving.checkout_url(reservation)
    return reservation


def expire_after_half_an_hour():
    with time_machine.travel(timezone.now() + timedelta(minutes=32)):
        expiring.expire_due()


# --- prices ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "currency", "price", "left"),
    [
        ({"percent": 20}, "eur", 1250, 1000),
        ({"percent": 33}, "eur", 1250, 838),  # 837.5
        ({"percent": 100}, "eur", 1250, 0),
        ({"percent": 99}, "eur", 50, 1),  # 0.5
        ({"percent": 33}, "isk", 100_000, 67_000),
        ({"percent": 33}, "isk", 100_100, 67_100),  # 67,067, which Stripe doesn't accept
        ({"percent": 15}, "kwd", 1250, 1070),  # 1062.5
        ({"amount": 250}, "eur", 1250, 1000),
        ({"amount": 1250}, "eur", 1250, 0),
        ({"amount": 9900}, "eur", 1250, 0),
    ],
)
def test_the_price_is_lowered_and_rounded_up_to_an_amount_that_stripe_accepts(
    what, currency, price, left
):
    assert DiscountCode(**what).price_of(price, currency) == left


def test_the_code_lowers_the_price_of_each_ticket_and_is_used_once(shop, offer, ben, create):
    discount = create(percent=20)
    reservation = check_out(offer, ben, 3)
    (session,) = shop.sandbox.find("checkout.session")
    assert (reservation.unit_price, reservation.discount, uses(discount)) == (1000, discount, 1)
    assert session["amount_total"] == 3000
    shop.pay(reservation)
    assert set(shop.deliver()) == {204}
    assert [(each.price, each.fee) for each in Ticket.objects.all()] == [(1000, 100)] * 3


def test_the_code_lowers_the_early_price_too(offer, ben, iris, create):
    Offer.objects.update(early_price=900, early_quantity=1)
    create(amount=100)
    assert reserving.reserve(offer, ben, 1, code="SUMMER").unit_price == 800
    assert reserving.reserve(offer, iris, 1, code="SUMMER").unit_price == 1150


@pytest.mark.parametrize("typed", ["summer-7", " SUMMER-7 ", "Sum mer-7"])
def test_capitals_and_spaces_do_not_matter(offer, ben, create, typed):
    create("Summer-7", percent=50)
    assert reserving.reserve(offer, ben, 1, code=typed).unit_price == 625


def test_a_purchase_keeps_its_price_when_the_code_is_switched_off(shop, offer, ben, hana, create):
    discount = create(percent=20)
    reservation = check_out(offer, ben)
    discounting.switch_off(discount, hana)
    shop.pay(reservation)
    shop.deliver()
    assert (Ticket.objects.get().price, uses(discount)) == (1000, 1)


def test_a_second_tap_with_a_code_returns_to_the_same_purchase(offer, ben, create):
    discount = create(percent=20, max_uses=1)
    first = reserving.reserve(offer, ben, 1, code="SUMMER", seen=1000)
    assert reserving.reserve(offer, ben, 2, code="SUMMER", seen=1000) == first
    assert (uses(discount), taken(offer)) == (1, 1)


def test_a_purchase_that_costs_more_than_the_page_showed_is_refused(offer, ben, create):
    create(percent=20)
    with pytest.raises(PriceChanged):
        reserving.reserve(offer, ben, 1, seen=1000)
    reserving.reserve(offer, ben, 1)
    with pytest.raises(PriceChanged):  # the open purchase, which another tab began without the code
        reserving.reserve(offer, ben, 1, code="SUMMER", seen=1000)
    assert taken(offer) == 1


def test_a_seat_from_the_waiting_list_is_bought_with_a_code(offer, ben, iris, create):
    discount = create(percent=20)
    reserving.reserve(offer, ben, 3)
    waiting.join(offer, iris)
    expiring.release(Reservation.objects.get())
    waiting.offer_seats(offer)
    reservation = reserving.reserve(offer, iris, 2, code="SUMMER")
    assert (reservation.quantity, reservation.unit_price, uses(discount)) == (1, 1000, 1)
    assert taken(offer) == 1


# --- refusals --------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["WINTER", "SUMMER2", "S", "SUMMER\0", "SOMMER-ÄÖ", "X" * 99])
def test_an_unknown_code_is_refused_and_holds_no_seat(offer, ben, create, typed):
    create(percent=20)
    with pytest.raises(CodeRefused) as refused:
        reserving.reserve(offer, ben, 1, code=typed)
    assert (refused.value.code, taken(offer)) == ("unknown_code", 0)


def test_the_code_of_another_space_is_unknown(offer, ben, create):
    create(percent=20)
    DiscountCode.objects.update(offer=make_offer(make_host("otto")))
    with pytest.raises(CodeRefused) as refused:
        reserving.reserve(offer, ben, 1, code="SUMMER")
    assert refused.value.code == "unknown_code"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"expires_at": timezone.now() - timedelta(minutes=1)}, "expired_code"),
        ({"switched_off_at": timezone.now()}, "switched_off_code"),
        ({"max_uses": 2, "uses": 2}, "used_up_code"),
    ],
)
def test_a_code_that_cannot_be_used_any_more_is_refused_and_holds_no_seat(
    offer, ben, create, change, why
):
    discount = create(percent=20)
    DiscountCode.objects.update(**change)
    with pytest.raises(CodeRefused) as refused:
        reserving.reserve(offer, ben, 1, code="SUMMER")
    assert (refused.value.code, taken(offer)) == (why, 0)
    assert uses(discount) == change.get("uses", 0)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"expires_at": timezone.now() - timedelta(minutes=1)}, "expired_code"),
        ({"switched_off_at": timezone.now()}, "switched_off_code"),
        ({"max_uses": 2, "uses": 2}, "used_up_code"),
    ],
)
def test_a_code_that_ends_after_it_was_read_is_refused_as_well(create, change, why):
    discount = create(percent=20)
    DiscountCode.objects.update(**change)
    with pytest.raises(CodeRefused) as refused:
        discounts.take_use(discount, timezone.now())
    assert refused.value.code == why


def test_no_use_is_counted_when_the_seats_are_sold_out(offer, ben, create):
    discount = create(percent=20)
    Offer.objects.update(taken=3)
    with pytest.raises(SoldOut):
        reserving.reserve(offer, ben, 1, code="SUMMER")
    assert uses(discount) == 0


def test_the_database_refuses_more_uses_than_the_limit(create):
    create(percent=20, max_uses=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        DiscountCode.objects.update(uses=2)


# --- uses that are given back ----------------------------------------------------------------


def test_an_abandoned_purchase_gives_its_use_back_once(shop, offer, ben, iris, create):
    discount = create(percent=20, max_uses=1)
    reservation = check_out(offer, ben)
    with pytest.raises(CodeRefused):
        reserving.reserve(offer, iris, 1, code="SUMMER")
    expire_after_half_an_hour()
    shop.deliver(times=3)
    fulfilling.apply(reserving.open_session(Reservation.objects.get(pk=reservation.pk)))
    assert (uses(discount), taken(offer)) == (0, 0)
    reserving.reserve(offer, iris, 1, code="SUMMER")
    assert uses(discount) == 1


def test_a_use_stays_counted_after_the_payment_and_after_a_refund(shop, offer, ben, create):
    discount = create(percent=20)
    reservation = check_out(offer, ben)
    shop.pay(reservation)
    shop.deliver(times=2)
    expire_after_half_an_hour()
    refunding.refund_all(offer.space, Refund.Why.HOST)
    refunding.send_due()
    reservation.refresh_from_db()
    assert (shop.balance_of(reservation), uses(discount)) == ((1000, 1000), 1)
    assert set(ledger.balances(offer.space).values()) == {0}


def test_a_delayed_payment_that_fails_gives_its_use_back(shop, offer, ben, create):
    discount = create(percent=20)
    reservation = check_out(offer, ben)
    shop.pay(reservation, card="")
    shop.deliver()
    assert uses(discount) == 1
    shop.sandbox.settle(reservation.session_id, succeeded=False)
    shop.deliver(times=2)
    assert uses(discount) == 0


@pytest.fixture
def paid_late(shop, offer, ben, create):
    """Ben's purchase has expired here, but Stripe reports later that it was paid."""
    create(percent=20, max_uses=1)
    reservation = check_out(offer, ben)
    shop.pay(reservation)
    Reservation.objects.update(state="expired")
    seats.free(offer.pk, 1)
    DiscountCode.objects.update(uses=0)
    return reservation


def test_a_late_payment_takes_the_use_again(shop, paid_late, offer):
    shop.deliver()
    assert (Reservation.objects.get().state, DiscountCode.objects.get().uses) == ("paid", 1)
    assert taken(offer) == 1


def test_a_late_payment_is_refunded_if_the_code_was_used_up(shop, paid_late, offer, iris):
    reserving.reserve(offer, iris, 1, code="SUMMER")
    shop.deliver()
    refunding.send_due()
    paid_late.refresh_from_db()
    assert (paid_late.state, shop.balance_of(paid_late)) == ("late", (1000, 1000))
    assert (DiscountCode.objects.get().uses, taken(offer)) == (1, 1)


# --- free tickets ----------------------------------------------------------------------------


def test_free_tickets_are_created_at_once_without_stripe(
    shop, offer, ben, free, django_capture_on_commit_callbacks
):
    calls = len(shop.http.calls)
    with django_capture_on_commit_callbacks(execute=True):
        reservation = reserving.reserve(offer, ben, 2, code="FREE")
    assert reserving.checkout_url(reservation) == f"/purchases/{reservation.pk}/"
    own, gift = Ticket.objects.order_by("number")
    assert (own.holder, gift.holder, own.price, gift.fee) == (ben, None, 0, 0)
    assert (reservation.state, taken(offer), uses(free)) == ("paid", 2, 1)
    assert len(shop.http.calls) == calls
    (notification,) = ben.notifications.all()
    assert notification.text == "You have 2 tickets for “Rain” (free)."
    assert not offer.space.postings.exists()


def test_a_second_tap_on_free_tickets_creates_no_more_tickets(offer, ben, free):
    DiscountCode.objects.update(max_uses=1)
    first = reserving.reserve(offer, ben, 3, code="FREE", form="a-page")
    assert reserving.reserve(offer, ben, 3, code="FREE", form="a-page") == first
    with pytest.raises(SoldOut):
        reserving.reserve(offer, ben, 1, code="FREE", form="another-page")
    assert (Ticket.objects.count(), uses(free)) == (3, 1)


def test_the_same_form_name_from_two_people_leads_to_two_purchases(offer, ben, iris, free):
    own = reserving.reserve(offer, ben, 1, code="FREE", form="a-page")
    assert reserving.reserve(offer, iris, 1, code="FREE", form="a-page") != own


def test_returning_a_free_ticket_does_not_call_stripe(
    shop, offer, ben, free, django_capture_on_commit_callbacks
):
    reserving.reserve(offer, ben, 1, code="FREE")
    calls = len(shop.http.calls)
    with django_capture_on_commit_callbacks(execute=True):
        assert refunding.refund(Ticket.objects.get(), Refund.Why.BUYER)
    refunding.send_due()
    assert (len(shop.http.calls), Refund.objects.exists(), taken(offer)) == (calls, False, 0)
    assert uses(free) == 1
    assert ben.notifications.latest("pk").text == "Your ticket for “Rain” is not valid any more."


def test_free_tickets_of_a_cancelled_space_become_invalid_even_if_the_signal_is_lost(
    offer, ben, hana, free
):
    reserving.reserve(offer, ben, 2, code="FREE")
    cancelling.cancel(offer.space, by=hana)
    assert (paying_out.settle(), paying_out.settle()) == (1, 0)
    assert {each.state for each in Ticket.objects.all()} == {"refunded"}


def test_the_host_is_paid_for_the_paid_tickets_of_a_space_with_free_tickets(
    shop, offer, ben, iris, free
):
    reserving.reserve(offer, ben, 1, code="FREE")
    reservation = reserving.reserve(offer, iris, 1)
    reserving.checkout_url(reservation)
    shop.pay(reservation)
    shop.deliver()
    start = timezone.now() - timedelta(days=2)
    Space.objects.update(state="ended", started_at=start, ended_at=start + timedelta(hours=1))
    assert (paying_out.settle(), paying_out.send_due()) == (1, 1)
    transfer = Transfer.objects.get()
    assert (transfer.amount, transfer.tickets.count()) == (1125, 1)
    assert (paying_out.settle(), paying_out.send_due()) == (0, 0)


def test_a_space_with_only_free_tickets_has_no_transfer(offer, ben, free):
    reserving.reserve(offer, ben, 1, code="FREE")
    start = timezone.now() - timedelta(days=2)
    Space.objects.update(state="ended", started_at=start, ended_at=start + timedelta(hours=1))
    assert (paying_out.settle(), Transfer.objects.exists()) == (0, False)


# --- the host --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "what", "field"),
    [
        ("AB", {"percent": 20}, "code"),
        ("A" * 21, {"percent": 20}, "code"),
        ("SÜMMER", {"percent": 20}, "code"),
        ("SUM_MER", {"percent": 20}, "code"),
        ("SUMMER", {}, "value"),
        ("SUMMER", {"percent": 20, "amount": 100}, "value"),
        ("SUMMER", {"percent": 0}, "value"),
        ("SUMMER", {"percent": 101}, "value"),
        ("SUMMER", {"percent": 20, "max_uses": 0}, "max_uses"),
        ("SUMMER", {"percent": 20, "max_uses": 10_001}, "max_uses"),
        ("SUMMER", {"percent": 20, "expires_at": timezone.now()}, "expires_at"),
    ],
)
def test_a_wrong_code_is_refused_at_its_field(create, code, what, field):
    with pytest.raises(InvalidDiscount) as refused:
        create(code, **what)
    assert (refused.value.field, DiscountCode.objects.exists()) == (field, False)


def test_a_space_cannot_have_two_codes_that_differ_only_in_case(create):
    create("Summer", percent=20)
    with pytest.raises(InvalidDiscount, match="already"):
        create("SUMMER", percent=50)


def test_a_code_with_a_price_that_nobody_can_pay_is_refused_with_an_explanation(offer, create):
    with pytest.raises(InvalidDiscount, match=r"a ticket would cost €0\.25.*less than €0\.50"):
        create(percent=98)
    Offer.objects.update(early_price=100, early_quantity=1)
    with pytest.raises(InvalidDiscount, match=r"an early ticket would cost €0\.40"):
        create(percent=60)
    create("FREE", percent=100)
    create("EARLY-FREE", amount=100)
    assert DiscountCode.objects.count() == 2


def test_only_the_seller_creates_and_switches_off_codes(offer, ben, hana, create):
    with pytest.raises(CantDiscount):
        discounting.create(offer, ben, Discount("MINE", percent=100))
    discount = create(percent=20)
    with pytest.raises(CantDiscount):
        discounting.switch_off(discount, ben)
    now = timezone.now()
    Space.objects.update(state="ended", started_at=now, ended_at=now)
    with pytest.raises(CantDiscount):
        discounting.create(Offer.objects.get(), hana, Discount("LATE", percent=20))


def test_a_space_has_a_limited_number_of_codes(create, monkeypatch):
    monkeypatch.setattr(discounting, "MAX_CODES", 1)
    create(percent=20)
    with pytest.raises(InvalidDiscount, match="at most 1 codes"):
        create("SECOND", percent=20)


def test_switching_off_again_keeps_the_first_time(create, hana):
    discount = create(percent=20)
    discounting.switch_off(discount, hana)
    discount.refresh_from_db()
    first = discount.switched_off_at
    discounting.switch_off(discount, hana)
    discount.refresh_from_db()
    assert discount.switched_off_at == first


def test_a_new_price_must_fit_the_codes(offer, hana, create):
    discount = create(amount=1200)
    with pytest.raises(InvalidTerms, match=r"With the code SUMMER, a ticket would cost €0\.10"):
        offering.offer_tickets(offer.space, hana, Terms("eur", 1210, 3))
    discounting.switch_off(discount, hana)
    offering.offer_tickets(offer.space, hana, Terms("eur", 1210, 3))


def test_the_currency_cannot_change_while_a_code_takes_off_an_amount(offer, hana, create):
    create("PERCENT", percent=20)
    discount = create(amount=100)
    with pytest.raises(InvalidTerms, match=r"The code SUMMER takes off an amount in EUR"):
        offering.offer_tickets(offer.space, hana, Terms("jpy", 1250, 3))
    discounting.switch_off(discount, hana)
    offering.offer_tickets(offer.space, hana, Terms("jpy", 1250, 3))
    assert reserving.reserve(offer, make_user(), 1, code="PERCENT").unit_price == 1000


def test_a_space_that_becomes_free_again_has_no_codes(offer, hana, create):
    create(percent=20)
    withdrawing.withdraw(offer.space, hana)
    assert not DiscountCode.objects.exists()
