"""Discount codes on pages: the seller's list and form, and buying with a code."""

import csv
import io
import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.messages import get_messages
from django.utils import timezone

from billing import personal_data
from billing.actions import discounting, refunding, reserving
from billing.actions.discounting import Discount
from billing.models import DiscountCode, Offer, Refund, Reservation, Ticket
from billing.sandbox.faults import Fault
from billing.views import buying
from scheduling.models import Schedule
from spaces.models import Space
from tests.billing.rows import make_offer
from tests.factories import make_user, signed_in

QUERIES = 7  # of the page of codes
NEW = {"code": "Summer", "kind": "percent", "value": "20"}


@pytest.fixture
def page(offer):
    return f"{offer.space.get_absolute_url()}tickets/codes/"


@pytest.fixture
def buy(offer):
    return f"{offer.space.get_absolute_url()}tickets/"


@pytest.fixture
def summer(offer, hana):
    return discounting.create(offer, hana, Discount("SUMMER", percent=20))


@pytest.fixture
def free(offer, hana):
    return discounting.create(offer, hana, Discount("FREE", percent=100))


def messages_of(answer):
    return [str(each) for each in get_messages(answer.wsgi_request)]


def words(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


# --- the seller ------------------------------------------------------------------------------


def test_the_host_creates_a_code_and_sees_what_it_does(page, as_hana):
    assert "No codes yet" in as_hana.get(page).text
    answer = as_hana.post(page, {**NEW, "max_uses": "10"})
    assert (answer.url, messages_of(answer)) == (page, ["People can use SUMMER now."])
    text = words(as_hana.get(page))
    assert ("20% off" in text, "used 0 of 10 times" in text, "€10.00" in text) == (True,) * 3
    assert DiscountCode.objects.get().percent == 20


@pytest.mark.parametrize(("typed", "amount"), [("2.50", 250), ("2,5", 250), ("0.30", 30)])
def test_an_amount_is_in_the_currency_of_the_offer(page, as_hana, typed, amount):
    as_hana.post(page, {**NEW, "kind": "amount", "value": typed})
    discount = DiscountCode.objects.get()
    assert (discount.amount, discount.currency, discount.percent) == (amount, "eur", None)
    assert "Amount (EUR)" in as_hana.get(page).text


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"code": ""}, "Enter the word that people will type."),
        ({"code": "AB"}, "Use 3 to 20 letters from A to Z, digits or hyphens."),
        ({"code": "ÄÖÜ"}, "Use 3 to 20 letters from A to Z, digits or hyphens."),
        ({"kind": "gift"}, "Choose percent or amount."),
        ({"value": ""}, "Say how much the code takes off."),
        ({"value": "0"}, "Enter a whole number of percent from 1 to 100."),
        ({"value": "101"}, "Enter a whole number of percent from 1 to 100."),
        ({"value": "12.5"}, "Enter a whole number of percent from 1 to 100."),
        ({"value": "98"}, "a ticket would cost €0.25, and nobody can pay less than €0.50."),
        ({"kind": "amount", "value": "0"}, "Enter an amount between €0.01 and €999,999.99."),
        ({"kind": "amount", "value": "some"}, "Enter an amount between €0.01"),
        ({"kind": "amount", "value": "12.30"}, "a ticket would cost €0.20"),
        ({"max_uses": "0"}, "Enter a whole number from 1 to 10,000."),
        ({"max_uses": "many"}, "Enter a whole number from 1 to 10,000."),
        ({"expires_at": "soon"}, "Enter a date and a time."),
        ({"expires_at": "2020-01-01T10:00"}, "This time has passed. Choose a later one."),
    ],
)
def test_a_wrong_code_is_refused_at_its_field(page, as_hana, changes, why):
    answer = as_hana.post(page, {**NEW, **changes})
    assert (answer.status_code in (400, 422), DiscountCode.objects.exists()) == (True, False)
    errors = re.findall(r'<ul class="field-errors"[^>]*>(.*?)</ul>', answer.text, re.DOTALL)
    assert [why in each for each in errors] == [True]


def test_a_second_code_of_the_same_name_is_refused(page, as_hana, summer):
    assert "has a code of this name already" in as_hana.post(page, NEW).text


def test_the_expiry_is_in_the_local_time_of_the_space(page, as_hana):
    Schedule.objects.update(zone="Asia/Tokyo")
    there = timezone.now().astimezone(ZoneInfo("Asia/Tokyo")) + timedelta(hours=5)
    as_hana.post(page, {**NEW, "expires_at": f"{there:%Y-%m-%dT%H:%M}"})
    assert DiscountCode.objects.get().expires_at == there.replace(second=0, microsecond=0)
    assert "Time in Tokyo" in as_hana.get(page).text


def test_the_list_shows_which_codes_cannot_be_used_any_more_and_why(page, as_hana, offer, hana):
    changes = {
        "OFF": {"switched_off_at": timezone.now()},
        "PAST": {"expires_at": timezone.now() - timedelta(minutes=1)},
        "USED": {"max_uses": 2, "uses": 2},
    }
    for code, change in changes.items():
        discounting.create(offer, hana, Discount(code, percent=50))
        DiscountCode.objects.filter(code=code).update(**change)
    text = words(as_hana.get(page))
    for expected in (
        "USED Used up 50% off · used 2 of 2 times",
        "PAST Expired",
        "OFF Switched off",
    ):
        assert expected in text
    assert "Switch off" not in text


def test_the_host_switches_a_code_off(page, as_hana, summer, ben):
    answer = as_hana.post(f"{page}{summer.pk}/off/")
    assert (answer.url, messages_of(answer)) == (page, ["SUMMER is switched off."])
    assert "Switched off" in as_hana.get(page).text


def test_a_link_leads_to_the_lower_price(page, as_hana, as_ben, summer):
    (link,) = re.findall(r'value="[^"]*?(/spaces/[^"]*\?code=SUMMER)"', as_hana.get(page).text)
    assert "€10.00" in as_ben.get(link).text


def test_the_sales_lead_to_the_codes(page, as_hana, planned):
    assert page in as_hana.get(f"{planned.get_absolute_url()}tickets/sales/").text


def test_after_the_end_of_the_space_codes_are_listed_but_cannot_be_created(page, as_hana, summer):
    now = timezone.now()
    Space.objects.update(state="ended", started_at=now, ended_at=now)
    text = as_hana.get(page).text
    assert ("SUMMER" in text, "Create the code" in text) == (True, False)
    assert as_hana.post(page, {**NEW, "code": "WINTER"}).status_code == 403
    assert DiscountCode.objects.count() == 1


def test_only_the_seller_can_open_the_pages(page, as_ben, client, summer, hana):
    paths = [page, f"{page}{summer.pk}/off/"]
    assert [as_ben.get(page).status_code, as_ben.post(page, NEW).status_code] == [404, 404]
    assert as_ben.post(paths[1]).status_code == 404
    assert client.get(page).url == f"/accounts/login/?next={page}"
    assert signed_in(hana, enforce_csrf_checks=True).post(page, NEW).status_code == 403
    assert DiscountCode.objects.get().switched_off_at is None


def test_a_seller_cannot_switch_off_the_code_of_another_space(as_ben, ben, summer):
    path = f"{make_offer(ben).space.get_absolute_url()}tickets/codes/{summer.pk}/off/"
    assert as_ben.post(path).status_code == 404


def test_query_count_does_not_grow_with_the_number_of_codes(
    page, as_hana, summer, offer, hana, django_assert_num_queries
):
    as_hana.get(page)  # warms caches
    with django_assert_num_queries(QUERIES):
        as_hana.get(page)
    for number in range(8):
        discounting.create(offer, hana, Discount(f"CODE-{number}", percent=20))
    with django_assert_num_queries(QUERIES):
        as_hana.get(page)


# --- buying ----------------------------------------------------------------------------------


def test_a_page_without_codes_has_no_field_for_codes(buy, as_ben):
    assert "Discount code" not in as_ben.get(buy).text


def test_a_code_shows_the_lower_price_and_sells_at_it(buy, as_ben, summer):
    assert "Discount code" in as_ben.get(buy).text
    answer = as_ben.get(buy, {"code": "summer"})
    text = words(answer)
    assert "SUMMER 20% off each ticket. €10.00 instead of €12.50 ." in text
    assert ("€20.00" in text, "€25.00" in text) == (True, False)
    fields = dict(re.findall(r'type="hidden" name="(seen|code|once)" value="([^"]+)"', answer.text))
    assert (fields["seen"], fields["code"]) == ("1000", "SUMMER")
    as_ben.post(buy, {"quantity": "2", **fields})
    reservation = Reservation.objects.get()
    assert (reservation.total, reservation.discount) == (2000, summer)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"code": "WINTER"}, "There is no such code. Check how it is spelled."),
        ({"expires_at": timezone.now() - timedelta(1)}, "This code has expired."),
        ({"max_uses": 1, "uses": 1}, "This code has been used up."),
        ({"switched_off_at": timezone.now()}, "The host has switched this code off."),
    ],
)
def test_the_refusal_of_a_code_shows_the_reason_and_the_full_price(
    buy, as_ben, summer, change, why
):
    DiscountCode.objects.update(**change)
    shown = as_ben.get(buy, {"code": "SUMMER"})
    bought = as_ben.post(buy, {"quantity": "1", "code": "SUMMER", "seen": "1000"})
    for answer in (shown, bought):
        assert (answer.status_code, why in answer.text, "€12.50" in answer.text) == (
            409,
            True,
            True,
        )
        assert ('value="SUMMER"' in answer.text, 'aria-invalid="true"' in answer.text) == (
            True,
        ) * 2
    assert (Reservation.objects.exists(), Offer.objects.get().taken) == (False, 0)


def test_a_very_long_code_is_refused(buy, as_ben, summer):
    answer = as_ben.get(buy, {"code": "X" * 5000})
    assert (answer.status_code, "There is no such code." in answer.text) == (400, True)


@pytest.mark.integration
def test_codes_cannot_be_guessed(redis_server, buy, as_ben, as_iris, summer):
    tries = int(buying.CODES.split("/")[0])
    for number in range(tries):
        assert as_ben.get(buy, {"code": f"GUESS-{number}"}).status_code == 409
    answers = [
        as_ben.get(buy, {"code": "SUMMER"}),
        as_ben.post(buy, {"quantity": "1", "code": "SUMMER"}),
    ]
    for answer in answers:
        assert (answer.status_code, "Too many requests" in answer.text) == (429, True)
        assert "20% off" not in answer.text
    assert as_ben.get(buy).status_code == 200
    assert "20% off" in as_iris.get(buy, {"code": "SUMMER"}).text


def test_the_later_price_is_marked_as_the_price_without_the_code(buy, as_ben, summer):
    Offer.objects.update(early_price=900, early_quantity=2)
    assert "then €12.50 without the code." in words(as_ben.get(buy, {"code": "SUMMER"}))


def test_a_code_stays_in_the_form_when_too_few_tickets_are_left(buy, as_ben, summer):
    Offer.objects.update(taken=2)
    answer = as_ben.post(buy, {"quantity": "2", "code": "SUMMER"})
    assert ("Only 1 left." in answer.text, "20% off" in answer.text) == (True, True)


def test_a_higher_price_is_shown_with_the_code_before_it_is_paid(buy, as_ben, summer):
    Offer.objects.update(price=2000)
    answer = as_ben.post(buy, {"quantity": "1", "seen": "1000", "code": "SUMMER"})
    assert ("The price has changed." in answer.text, "€16.00" in answer.text) == (True, True)
    assert not Reservation.objects.exists()


def test_the_price_of_the_code_is_kept_if_stripe_does_not_answer(buy, as_ben, summer, shop):
    shop.sandbox.fail_next("POST", "/v1/checkout/sessions*", Fault.TIMEOUT_BEFORE, times=3)
    assert as_ben.post(buy, {"quantity": "1", "code": "SUMMER"}).status_code == 503
    assert as_ben.post(buy, {"quantity": "1"}).status_code == 302
    (session,) = shop.sandbox.find("checkout.session")
    assert session["amount_total"] == 1000


def test_a_free_ticket_is_created_at_once(buy, as_ben, free, shop):
    page = as_ben.get(buy, {"code": "FREE"})
    assert ("Get it free" in page.text, "Go to payment" in page.text) == (True, False)
    fields = dict(re.findall(r'type="hidden" name="(seen|code|once)" value="([^"]+)"', page.text))
    calls = len(shop.http.calls)
    answer = as_ben.post(buy, {"quantity": "1", **fields})
    reservation = Reservation.objects.get()
    assert answer.url == f"/purchases/{reservation.pk}/"
    assert as_ben.post(buy, {"quantity": "1", **fields}).url == answer.url
    text = words(as_ben.get(answer.url))
    assert ("You have your ticket" in text, "Nothing to pay." in text) == (True, True)
    assert len(shop.http.calls) == calls
    assert Ticket.objects.count() == 1


def test_returning_a_free_ticket_does_not_mention_money(buy, as_ben, free, offer, ben):
    reservation = reserving.reserve(offer, ben, 1, code="FREE")
    path = f"/tickets/{Ticket.objects.get().pk}/"
    assert "€0.00" not in as_ben.get(f"{path}refund/").text
    answer = as_ben.post(f"{path}refund/")
    assert messages_of(answer) == ["You have returned the ticket."]
    for shown in (as_ben.get(path), as_ben.get(f"/purchases/{reservation.pk}/")):
        assert ("nothing to pay back" in shown.text, "€0.00" in shown.text) == (True, False)
    assert not Refund.objects.exists()


def test_the_host_can_invalidate_a_free_ticket(buy, as_hana, free, offer, ben):
    reserving.reserve(offer, ben, 1, code="FREE")
    path = f"{buy}{Ticket.objects.get().pk}/refund/"
    assert "€0.00" not in as_hana.get(path).text
    answer = as_hana.post(path, {"reason": "You asked me."})
    assert messages_of(answer) == ["The ticket is not valid any more. The buyer is notified."]
    text = words(as_hana.get(f"{buy}sales/"))
    assert ("Not valid any more" in text, "Refunded" in text.split("Tickets CSV")[1]) == (
        True,
        False,
    )


def test_the_sales_and_their_file_name_the_code(buy, as_hana, free, offer, ben):
    reserving.reserve(offer, ben, 1, code="FREE")
    assert "Free · FREE" in words(as_hana.get(f"{buy}sales/"))
    file = as_hana.get(f"{buy}sales.csv").getvalue().decode()
    (row,) = csv.DictReader(io.StringIO(file))
    assert (row["price"], row["code"]) == ("0.00", "FREE")


def test_refunds_of_the_staff_pay_nothing_back_for_free_tickets(free, offer, ben):
    as_staff = signed_in(make_user(is_staff=True, is_superuser=True))
    reserving.reserve(offer, ben, 1, code="FREE")
    pk = Ticket.objects.get().pk
    form = {"action": "refund", "_selected_action": [pk], "reason": "Asked"}
    assert "Refunded: 1" in as_staff.post("/admin/billing/ticket/", form, follow=True).text
    refunding.send_due()
    assert (Ticket.objects.get().state, Refund.objects.exists()) == ("refunded", False)


def test_the_data_exports_of_buyer_and_seller_contain_the_code(free, offer, ben, hana):
    reserving.reserve(offer, ben, 1, code="FREE")
    bought = {part.name: list(part.rows) for part in personal_data.export(ben)}
    made = {part.name: list(part.rows) for part in personal_data.export(hana)}
    assert bought["tickets_bought"][0]["discount_code"] == "FREE"
    assert (made["discount_codes"][0]["code"], made["discount_codes"][0]["uses"]) == ("FREE", 1)


def test_a_wrong_code_is_refused_visibly_on_a_page_without_a_field_for_codes(buy, as_ben, summer):
    Offer.objects.update(taken=3)
    text = as_ben.get(buy, {"code": "WINTER"}).text
    assert ("Sold out" in text, "There is no such code." in text) == (True, True)


def test_a_code_changes_nothing_at_the_checkout(buy, as_ben, summer):
    as_ben.post(buy, {"quantity": "1"})
    answer = as_ben.get(buy, {"code": "WINTER"})
    assert (answer.status_code, "Your seats are held" in answer.text) == (200, True)
