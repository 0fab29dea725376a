"""The form with which a host sells tickets."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.messages import get_messages
from django.utils import timezone

from billing.actions import withdrawing
from billing.models import Offer
from scheduling.actions import cancelling
from scheduling.models import Schedule
from tests.factories import signed_in

TERMS = {"currency": "eur", "price": "6,00", "quantity": "120"}


@pytest.fixture
def page(planned, account):
    return f"{planned.get_absolute_url()}tickets/sell/"


def send(client, page, step="publish", **changes):
    return client.post(page, {**TERMS, **changes, "step": step})


def test_the_fee_and_the_share_are_shown_before_anything_is_published(page, as_hana):
    answer = send(as_hana, page, step="review")
    assert (answer.status_code, Offer.objects.exists()) == (200, False)
    for words in ("€6.00", "Our fee, 10 %", "€0.60", "You get for each", "€5.40"):
        assert words in answer.text
    assert 'name="price" value="6,00"' in answer.text


def test_publishing_puts_the_tickets_on_sale(page, as_hana, planned):
    answer = send(as_hana, page)
    offer = Offer.objects.get()
    assert answer.url == planned.get_absolute_url()
    assert (offer.price, offer.quantity, offer.currency, offer.fee_rate) == (600, 120, "eur", 1000)
    assert [str(each) for each in get_messages(answer.wsgi_request)] == [
        "Your tickets are on sale."
    ]


def test_going_back_from_the_review_keeps_what_was_typed(page, as_hana):
    text = send(as_hana, page, step="change").text
    assert ('name="price" value="6,00"' in text, "Continue" in text) == (True, True)
    assert not Offer.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"price": "0.10"}, "Enter a price between €0.50"),
        ({"price": "six"}, "Enter a price between €0.50"),
        ({"price": ""}, "Enter a price."),
        ({"currency": "xxx"}, "Select a valid choice."),
        ({"currency": "jpy", "price": "600.50"}, "Enter a price between ¥50"),
        ({"quantity": "0"}, "Enter a whole number from 1 to 10,000."),
        ({"quantity": "10001"}, "Enter a whole number from 1 to 10,000."),
        ({"early_price": "7.00", "early_quantity": "5"}, "must be lower than the price"),
        ({"early_price": "5.00"}, "Say until when, or for how many"),
        ({"early_quantity": "5"}, "Enter the early price"),
        ({"sales_end": "2020-01-01T10:00"}, "This time has passed."),
        ({"sales_end": "2999-01-01T10:00"}, "End the sale at most 12 hours after the start."),
        ({"sales_end": "soon"}, "Enter a date and a time."),
    ],
)
@pytest.mark.parametrize("step", ["review", "publish"])
def test_wrong_terms_are_refused_with_an_explanation(page, as_hana, changes, words, step):
    answer = send(as_hana, page, step=step, **changes)
    assert (answer.status_code >= 400, Offer.objects.exists()) == (True, False)
    assert words in answer.text


def test_the_end_of_the_sale_is_in_the_time_zone_of_the_space(page, as_hana):
    Schedule.objects.update(zone="Asia/Tokyo")
    there = timezone.now().astimezone(ZoneInfo("Asia/Tokyo")) + timedelta(hours=5)
    typed = f"{there:%Y-%m-%dT%H:%M}"
    send(as_hana, page, sales_end=typed)
    assert Offer.objects.get().sales_end == there.replace(second=0, microsecond=0)
    text = as_hana.get(page).text
    assert (f'value="{typed}"' in text, "Time in Tokyo" in text) == (True, True)


def test_the_form_shows_and_changes_what_is_published(page, as_hana):
    send(as_hana, page, early_price="4.50", early_quantity="10", allows_preview="on")
    text = as_hana.get(page).text
    assert ('value="6.00"' in text, 'value="4.50"' in text, "Change the tickets" in text) == (
        True,
        True,
        True,
    )
    send(as_hana, page, price="7", quantity="130")
    offer = Offer.objects.get()
    assert (offer.price, offer.quantity, offer.early_price) == (700, 130, None)
    assert offer.allows_preview is False


def test_fewer_tickets_than_are_sold_are_refused(page, as_hana):
    send(as_hana, page)
    Offer.objects.update(taken=20)
    answer = send(as_hana, page, quantity="19")
    assert "20 tickets are sold or held. Offer at least as many." in answer.text
    assert Offer.objects.get().quantity == 120


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"price": "5"}, "fall while tickets are sold or held."),
        ({"early_price": "5", "early_quantity": "9"}, "No ticket can become cheaper"),
    ],
)
def test_tickets_become_no_cheaper_after_a_sale(page, as_hana, changes, words):
    send(as_hana, page)
    Offer.objects.update(taken=1)
    assert words in send(as_hana, page, **changes).text
    assert Offer.objects.get().prices == {"price": 600}


def test_a_space_becomes_free_again_while_nothing_is_sold(page, as_hana, planned):
    send(as_hana, page)
    assert "Make this Space free again" in as_hana.get(page).text
    as_hana.post(f"{planned.get_absolute_url()}tickets/withdraw/")
    assert not Offer.objects.exists()


def test_a_person_at_the_payment_page_does_not_keep_the_space_ticketed(
    reservation, as_hana, planned
):
    path = planned.get_absolute_url()
    text = as_hana.get(f"{path}tickets/sell/").text
    assert "1 person is at the payment page, and won’t be able to pay if you do this." in text
    as_hana.post(f"{path}tickets/withdraw/")
    assert not Offer.objects.exists()


def test_after_a_sale_the_space_stays_ticketed_and_the_page_says_what_the_host_can_do(
    tickets, as_hana, planned
):
    path = planned.get_absolute_url()
    text = as_hana.get(f"{path}tickets/sell/").text
    assert ("Make this Space free again" in text, withdrawing.BOUGHT in text) == (False, True)
    answer = as_hana.post(f"{path}tickets/withdraw/")
    assert [str(each) for each in get_messages(answer.wsgi_request)] == [withdrawing.BOUGHT]
    assert Offer.objects.exists()


def test_a_host_without_payouts_is_asked_to_set_them_up(planned, as_hana, shop):
    page = f"{planned.get_absolute_url()}tickets/sell/"
    text = as_hana.get(page).text
    assert ("Set up your payouts first" in text, 'href="/payouts/"' in text) == (True, True)
    assert send(as_hana, page).status_code == 200
    assert not Offer.objects.exists()


def test_a_site_without_a_stripe_key_does_not_offer_to_sell_tickets(planned, as_hana):
    page = f"{planned.get_absolute_url()}tickets/sell/"
    assert "Tickets are not sold here" in as_hana.get(page).text
    assert "Sell tickets" not in as_hana.get(planned.get_absolute_url()).text


def test_only_the_host_can_open_the_form(page, planned, as_ben, client):
    withdraw = f"{planned.get_absolute_url()}tickets/withdraw/"
    assert [as_ben.get(page).status_code, send(as_ben, page).status_code] == [404, 404]
    assert as_ben.post(withdraw).status_code == 404
    assert client.get(page).url == f"/accounts/login/?next={page}"
    assert not Offer.objects.exists()


def test_a_form_of_another_site_cannot_sell(page, hana):
    assert send(signed_in(hana, enforce_csrf_checks=True), page).status_code == 403


def test_a_cancelled_space_has_no_form(page, planned, hana, as_hana):
    cancelling.cancel(planned, by=hana)
    assert as_hana.get(page).status_code == 404


def test_the_menu_of_the_host_leads_to_the_form_and_to_the_sales(page, planned, as_hana, as_ben):
    path = planned.get_absolute_url()
    text = as_hana.get(path).text
    assert (page in text, f"{path}tickets/sales/" in text) == (True, False)
    send(as_hana, page)
    assert f"{path}tickets/sales/" in as_hana.get(path).text
    assert page not in as_ben.get(path).text
