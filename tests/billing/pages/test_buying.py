"""Buying tickets: the page, and the redirects to the payment page and back."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from accounts.blocking import block
from billing.actions import discounting, refunding
from billing.actions.discounting import Discount
from billing.models import HostAccount, Offer, Refund, Reservation, Ticket
from billing.sandbox.faults import Fault
from scheduling.actions import cancelling
from tests.factories import make_user, signed_in

SESSIONS = "/v1/checkout/sessions*"


@pytest.fixture
def page(offer):
    return f"{offer.space.get_absolute_url()}tickets/"


@pytest.fixture
def bought(reservation):
    return f"/purchases/{reservation.pk}/"


def test_the_page_shows_the_prices_and_what_is_left(page, as_ben):
    text = as_ben.get(page).text
    assert re.findall(r'name="quantity" value="(\d)"', text) == ["1", "2", "3"]
    assert [total in text for total in ("€12.50", "€25.00", "€37.50")] == [True] * 3
    assert "3 of 3 left" in text
    assert "You can return a ticket until 1 hour before the start." in text


def test_buying_leads_to_the_payment_page_with_the_seats_held(page, as_ben, shop):
    answer = as_ben.post(page, {"quantity": "2", "seen": "1250"})
    reservation = Reservation.objects.get()
    assert (reservation.quantity, reservation.total) == (2, 2500)
    assert (answer.status_code, answer.url.startswith(shop.sandbox.state.url)) == (302, True)


def test_a_second_tap_leads_to_the_same_payment_page(page, as_ben):
    first = as_ben.post(page, {"quantity": "1"})
    assert as_ben.post(page, {"quantity": "3"}).url == first.url
    assert Offer.objects.get().taken == 1


def test_the_amount_comes_from_the_offer_alone(page, as_ben):
    as_ben.post(page, {"quantity": "1", "seen": "1250", "price": "1", "unit_price": "1"})
    assert Reservation.objects.get().unit_price == 1250


def test_a_higher_price_is_shown_before_it_is_paid(page, as_ben):
    Offer.objects.update(price=1500)
    answer = as_ben.post(page, {"quantity": "1", "seen": "1250"})
    assert (answer.status_code, Reservation.objects.exists()) == (409, False)
    assert ("The price has changed." in answer.text, "€15.00" in answer.text) == (True, True)


@pytest.mark.parametrize("quantity", ["0", "5", "-1", "many", ""])
def test_another_quantity_is_refused_with_an_explanation(page, as_ben, quantity):
    answer = as_ben.post(page, {"quantity": quantity})
    assert (answer.status_code, Reservation.objects.exists()) == (400, False)
    assert "Choose how many tickets you want." in answer.text


def test_the_refusal_of_too_many_tickets_says_how_many_are_left(page, as_ben):
    Offer.objects.update(taken=2)
    answer = as_ben.post(page, {"quantity": "2"})
    assert (answer.status_code, Reservation.objects.exists()) == (409, False)
    assert "Only 1 left. Choose fewer tickets." in answer.text


def test_a_sold_out_page_has_no_button_to_pay(page, as_ben):
    Offer.objects.update(taken=3)
    text = as_ben.get(page).text
    assert ("Sold out" in text, "Go to payment" in text) == (True, False)


def test_tickets_cannot_be_bought_after_the_end_of_the_sale(page, as_ben):
    Offer.objects.update(sales_end=timezone.now() - timedelta(minutes=1))
    assert "The sale of tickets has ended." in as_ben.get(page).text
    answer = as_ben.post(page, {"quantity": "1"})
    assert (answer.status_code, Reservation.objects.exists()) == (409, False)


def test_tickets_are_not_on_sale_while_the_host_cannot_be_paid(page, as_ben):
    HostAccount.objects.update(payouts_enabled=False)
    assert "Tickets for this Space are not on sale." in as_ben.get(page).text


def test_the_seats_stay_held_if_stripe_does_not_answer(page, as_ben, shop):
    shop.sandbox.fail_next("POST", SESSIONS, Fault.TIMEOUT_BEFORE, times=3)
    answer = as_ben.post(page, {"quantity": "1"})
    assert (answer.status_code, Offer.objects.get().taken) == (503, 1)
    assert "The payment page does not answer. Your seats are held" in answer.text
    assert as_ben.post(page, {"quantity": "1"}).status_code == 302


def test_a_payment_page_that_did_not_answer_opens_minutes_later(page, as_ben, shop):
    shop.sandbox.fail_next("POST", SESSIONS, Fault.TIMEOUT_BEFORE, times=3)
    as_ben.post(page, {"quantity": "1"})
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        answer = as_ben.post(page, {"quantity": "1"})
    assert (answer.status_code, answer.url.startswith(shop.sandbox.state.url)) == (302, True)
    assert Offer.objects.get().taken == 1


def test_a_payment_page_that_cannot_be_opened_is_explained(page, as_ben, shop):
    shop.sandbox.fail_next("POST", SESSIONS, Fault.TIMEOUT_BEFORE, times=3)
    as_ben.post(page, {"quantity": "1"})
    Reservation.objects.update(unit_price=1)  # less than Stripe accepts
    answer = as_ben.post(page, {"quantity": "1"})
    assert (answer.status_code, "Give the seats back, then choose again." in answer.text) == (
        409,
        True,
    )


def test_a_signed_out_person_signs_in_first_and_comes_back(page, client):
    assert client.get(page).url == f"/accounts/login/?next={page}"
    assert client.post(page, {"quantity": "1"}).url == f"/accounts/login/?next={page}"
    assert not Reservation.objects.exists()


def test_a_form_of_another_site_cannot_buy(page, ben):
    client = signed_in(ben, enforce_csrf_checks=True)
    assert client.post(page, {"quantity": "1"}).status_code == 403


def test_a_free_space_has_no_page_of_tickets(planned, as_ben):
    path = planned.get_absolute_url()
    assert as_ben.get(f"{path}tickets/").url == path


def test_people_whom_the_host_blocks_cannot_open_the_page(page, hana, ben, as_ben):
    block(blocker=hana, blocked=ben)
    assert (as_ben.get(page).status_code, as_ben.post(page).status_code) == (404, 404)


def test_the_page_shows_until_when_the_early_price_applies(page, as_ben):
    until = timezone.now() + timedelta(hours=3)
    Offer.objects.update(early_price=900, early_until=until, early_quantity=2)
    text = " ".join(as_ben.get(page).text.split())
    assert "€9.00" in text
    assert re.search(r"Early price until <time .*</time> or for the next 2, then €12.50\.", text)


def test_the_success_page_turns_a_payment_into_tickets(bought, reservation, as_ben, shop):
    shop.pay(reservation)  # and the webhook does not arrive
    text = as_ben.get(bought).text
    assert "You have 2 tickets" in text
    own, gift = Ticket.objects.order_by("number")
    assert (own.holder_id, gift.holder_id) == (reservation.buyer_id, None)
    assert [f"/tickets/{each.pk}/" in text for each in (own, gift)] == [True, True]


def test_the_success_page_says_that_the_buyer_is_reminded(
    bought, reservation, as_ben, shop, django_capture_on_commit_callbacks
):
    shop.pay(reservation)
    with django_capture_on_commit_callbacks(execute=True):
        as_ben.get(bought)
    assert "remind you before the Space starts" in " ".join(as_ben.get(bought).text.split())


def test_a_ticket_for_somebody_else_is_not_called_the_buyers(tickets, page, as_ben, shop):
    as_ben.post(page, {"quantity": "1"})
    second = Reservation.objects.get(state="held")
    shop.pay(second)
    text = as_ben.get(f"/purchases/{second.pk}/").text
    found = ("You have a ticket for somebody else" in text, "You have your ticket" in text)
    assert found == (True, False)


def test_the_success_page_says_that_some_tickets_are_not_valid(tickets, bought, as_ben):
    refunding.refund(tickets[0], Refund.Why.HOST)
    text = as_ben.get(bought).text
    assert ("Not all of these tickets are valid" in text, "You have 2" in text) == (True, False)


def test_a_refund_that_failed_is_not_promised(tickets, bought, as_ben):
    for ticket in tickets:
        refunding.refund(ticket, Refund.Why.HOST)
    Refund.objects.update(state=Refund.State.FAILED)
    text = as_ben.get(bought).text
    assert ("Your refund did not go through" in text, "We refund" in text) == (True, False)
    text = as_ben.get(f"/tickets/{tickets[0].pk}/").text
    assert ("could not be sent back" in text, "You get" in text) == (True, False)


def test_reloading_the_purchase_creates_no_more_tickets(bought, reservation, as_ben, shop):
    shop.pay(reservation)
    shop.deliver()
    as_ben.get(bought)
    as_ben.get(bought)
    assert Ticket.objects.count() == 2


def test_an_unpaid_purchase_offers_the_payment_page(bought, as_ben):
    text = as_ben.get(bought).text
    assert ("Not paid yet" in text, "Go to payment" in text) == (True, True)


def test_a_buyer_can_give_the_seats_back_and_choose_again(bought, page, as_ben, hana, reservation):
    discounting.create(reservation.offer, hana, Discount("SUMMER", percent=20))
    assert f"{bought}give-back/" in as_ben.get(page).text
    assert f"{bought}give-back/" in as_ben.get(bought).text
    assert as_ben.post(f"{bought}give-back/").url == page
    assert (Reservation.objects.get().state, Offer.objects.get().taken) == ("expired", 0)
    as_ben.post(page, {"quantity": "1", "code": "SUMMER"})
    assert Reservation.objects.get(state="held").unit_price == 1000


def test_seats_that_were_paid_in_the_meantime_are_not_given_back(bought, as_ben, reservation, shop):
    shop.pay(reservation)
    assert as_ben.post(f"{bought}give-back/").url == bought
    assert (Reservation.objects.get().state, Ticket.objects.count()) == ("paid", 2)


def test_seats_stay_held_while_stripe_does_not_close_the_payment_page(
    bought, as_ben, reservation, shop
):
    shop.sandbox.fail_next("POST", "/v1/checkout/sessions/*/expire", Fault.TIMEOUT_BEFORE, times=3)
    answer = as_ben.post(f"{bought}give-back/", follow=True)
    assert "We could not close the payment page, so your seats stay held." in answer.text
    assert (Reservation.objects.get().state, Offer.objects.get().taken) == ("held", 2)


def test_only_the_buyer_gives_seats_back(bought, as_iris, client, ben):
    assert as_iris.post(f"{bought}give-back/").status_code == 404
    assert client.post(f"{bought}give-back/").url.startswith("/accounts/login/")
    hostile = signed_in(ben, enforce_csrf_checks=True)
    assert hostile.post(f"{bought}give-back/").status_code == 403
    assert Reservation.objects.get().state == "held"


def test_a_delayed_payment_is_shown_as_pending(bought, reservation, as_ben, shop):
    shop.pay(reservation, card="")
    assert "Your bank needs some days" in as_ben.get(bought).text
    assert Reservation.objects.get().state == Reservation.State.PENDING


def test_people_who_have_paid_are_not_asked_to_pay(reservation, page, planned, as_ben, shop):
    shop.pay(reservation, card="")
    shop.deliver()
    texts = [as_ben.get(address).text for address in (page, planned.get_absolute_url())]
    assert ["See your purchase" in text for text in texts] == [True, True]
    assert ("Your payment is on its way." in texts[0], "not paid" in texts[0]) == (True, False)
    assert "Finish your purchase" not in texts[1]


def test_the_purchase_is_shown_as_processing_if_stripe_does_not_answer(
    bought, reservation, as_ben, shop
):
    shop.pay(reservation)
    shop.sandbox.fail_next("GET", SESSIONS, Fault.TIMEOUT_BEFORE, times=3)
    text = as_ben.get(bought).text
    assert ("Still processing" in text, "pay again" in text) == (True, True)


def test_the_page_of_an_expired_purchase_says_that_the_buyer_was_not_charged(bought, as_ben):
    Reservation.objects.update(state=Reservation.State.EXPIRED)
    assert "You were not charged." in as_ben.get(bought).text


def test_the_page_of_a_late_payment_announces_the_refund(bought, as_ben):
    Reservation.objects.update(state=Reservation.State.LATE)
    assert "discount code" not in as_ben.get(bought).text
    assert "We refund\n        it automatically" in as_ben.get(bought).text


def test_a_purchase_is_shown_to_its_buyer_alone(bought, as_iris, as_hana, client):
    assert (as_iris.get(bought).status_code, as_hana.get(bought).status_code) == (404, 404)
    assert client.get(bought).url == f"/accounts/login/?next={bought}"
    assert as_iris.get(f"/purchases/{uuid4()}/").status_code == 404


def test_the_purchase_of_a_cancelled_space_announces_the_refund(
    tickets, reservation, bought, as_ben, hana, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        cancelling.cancel(reservation.offer.space, by=hana)
    text = as_ben.get(bought).text
    assert ("You get your money back" in text, text.count("Refunded")) == (True, 2)


def test_other_people_do_not_see_who_bought_tickets(page, tickets, planned):
    stranger = signed_in(make_user("otto"))
    for address in (page, planned.get_absolute_url()):
        text = stranger.get(address).text
        assert ("Ben" in text, "ben@" in text, tickets[0].code in text) == (False,) * 3
