"""A seller's pages: the sales, the attendees, their file, and refunds."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from billing import exports
from billing.actions import refunding, waiting
from billing.models import HostAccount, Offer, Refund, Ticket, Transfer
from core.text.written_text import as_one_line
from spaces.models import Space, State
from tests.factories import make_user
from tests.scheduling.rows import make_planned

QUERIES = 17  # of the page


@pytest.fixture
def page(planned):
    return f"{planned.get_absolute_url()}tickets/sales/"


@pytest.fixture
def file(planned):
    return f"{planned.get_absolute_url()}tickets/sales.csv"


def refund_of(ticket):
    return f"{ticket.space.get_absolute_url()}tickets/{ticket.pk}/refund/"


def figures(text):
    return dict(re.findall(r"<dt>([^<]+?)</dt><dd>([^<]+)</dd>", text))


def rows(answer):
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode())))


def test_the_page_shows_how_many_tickets_are_sold_held_and_left_and_the_money(
    page, tickets, offer, as_iris, as_hana
):
    as_iris.post(f"{offer.space.get_absolute_url()}tickets/", {"quantity": "1"})
    found = figures(as_hana.get(page).text)
    assert (found["Sold"], found["Held"], found["Left"]) == ("2", "1", "0")
    assert (found["Tickets sold"], found["Our fee"], found["Yours"]) == (
        "€25.00",
        "− €2.50",
        "€22.50",
    )


def test_seats_that_are_offered_to_the_waiting_list_are_held(
    page, tickets, offer, iris, as_iris, as_hana
):
    as_iris.post(f"{offer.space.get_absolute_url()}tickets/", {"quantity": "1"})
    waiting.join(offer, make_user("otto"))
    refunding.refund(tickets[1], Refund.Why.HOST)
    waiting.offer_seats(offer)
    text = " ".join(as_hana.get(page).text.split())
    found = figures(text)
    assert (found["Sold"], found["Held"], found["Left"]) == ("1", "2", "0")
    assert "Held: 1 not paid yet, 1 offered to the waiting list." in text


def test_before_the_first_sale_there_is_no_chart(page, offer, as_hana):
    text = as_hana.get(page).text
    assert ("Nothing has been sold yet." in text, 'class="chart-plot"' in text) == (True, False)


def test_the_chart_has_its_numbers_in_a_table(page, tickets, as_hana):
    refunding.refund(tickets[0], Refund.Why.HOST)
    text = as_hana.get(page).text
    assert text.count('<svg class="chart-plot" role="img"') == 2
    assert "Tickets per day, at most 2." in text
    (row,) = re.findall(r"<tr>\s*<th scope=\"row\">.*?</tr>", text, re.DOTALL)
    assert re.findall(r"<td>(.*?)</td>", row) == [
        "2<small>€25.00</small>",
        "1<small>€12.50</small>",
    ]
    assert "style=" not in text.partition('id="chart-title"')[2].partition("</section>")[0]


def test_the_page_lists_names_and_states_but_no_email_addresses(page, tickets, as_hana):
    text = as_hana.get(page).text
    assert (">Ben<" in text, "Not taken yet" in text, "ben@example.org" in text) == (
        True,
        True,
        False,
    )
    assert [each.code in text for each in tickets] == [False, False]


def test_the_page_says_when_the_share_will_be_sent_and_that_it_was_sent(
    page, tickets, planned, as_hana
):
    assert "about a day after the Space has ended" in as_hana.get(page).text
    transfer = Transfer.objects.create(space=planned, amount=2250, fees=250, currency="eur")
    assert "€22.50 is on its way" in as_hana.get(page).text
    Transfer.objects.filter(pk=transfer.pk).update(state=Transfer.State.SENT, reversed=1125)
    text = as_hana.get(page).text
    assert ("€22.50 was sent" in text, "€11.25 of it was taken back" in text) == (True, True)


@pytest.mark.parametrize(
    ("state", "can_receive", "words"),
    [
        ("waiting", True, "as soon as the buyers’ payments have arrived there"),
        ("failed", True, "Stripe refused to send you €22.50. We try again every day"),
        ("failed", False, "because your account there can’t receive money now."),
    ],
)
def test_the_page_explains_what_happens_to_a_transfer_that_stripe_refused(
    page, tickets, planned, as_hana, state, can_receive, words
):
    Transfer.objects.create(space=planned, amount=2250, fees=250, currency="eur", state=state)
    HostAccount.objects.update(transfers_enabled=can_receive)
    text = as_one_line(as_hana.get(page).text)
    assert ("€22.50" in text, words in text) == (True, True)
    assert ('href="/payouts/">See what Stripe needs' in text) is not can_receive


def test_the_page_promises_no_share_of_a_space_that_was_too_short(page, tickets, as_hana):
    end = timezone.now()
    Space.objects.update(state=State.ENDED, started_at=end - timedelta(minutes=4), ended_at=end)
    text = as_hana.get(page).text
    assert ("ended within 5 minutes" in text, "about a day after" in text) == (True, False)


def test_a_refund_needs_a_reason_and_a_confirmation(tickets, page, as_hana):
    path = refund_of(tickets[0])
    assert "Refund this ticket?" in as_hana.get(path).text
    answer = as_hana.post(path, {"reason": " "})
    assert (answer.status_code, Refund.objects.exists()) == (400, False)
    assert "Say why, so that the person understands." in answer.text
    answer = as_hana.post(path, {"reason": "You asked me."})
    refund = Refund.objects.get()
    assert (answer.url, refund.why, refund.reason) == (page, Refund.Why.HOST, "You asked me.")
    found = figures(as_hana.get(page).text)
    assert (found["Sold"], found["Left"]) == ("1", "2")
    assert "(1 ticket)" in as_hana.get(page).text


def test_a_second_refund_is_refused_with_an_explanation(tickets, as_hana):
    for _ in range(2):
        answer = as_hana.post(refund_of(tickets[0]), {"reason": "Twice"}, follow=True)
    assert "This ticket was refunded already." in answer.text
    assert Refund.objects.count() == 1


def test_the_file_has_a_row_for_each_ticket(file, tickets, as_hana):
    answer = as_hana.get(file)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    found = [(each["name"], each["handle"], each["state"], each["price"]) for each in rows(answer)]
    assert found == [("Ben", "ben", "valid", "12.50"), ("", "", "valid", "12.50")]
    assert b"example.org" not in as_hana.get(file).getvalue()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\uff1d"])
def test_a_name_that_is_a_formula_stays_text(start):
    assert exports.guarded(f"{start}HYPERLINK()") == f"'{start}HYPERLINK()"


@pytest.mark.parametrize("number", ["-12.50", "12.50", "-5"])
def test_a_number_is_not_treated_as_a_formula(number):
    assert exports.guarded(number) == number


@pytest.mark.parametrize("start", ["-1+", "-1\n", "-1.5.5", "-\u0661"])
def test_a_cell_that_only_begins_like_a_number_stays_text(start):
    assert exports.guarded(start) == f"'{start}"


def test_a_name_that_is_a_formula_is_guarded_in_the_file(file, tickets, ben, as_hana):
    ben.name = '=HYPERLINK("http://example.org"; "Ben")'
    ben.save()
    assert rows(as_hana.get(file))[0]["name"] == "'" + ben.name


def test_only_the_seller_can_open_the_pages(page, file, tickets, as_ben, as_iris, client):
    paths = [page, file, refund_of(tickets[0])]
    for each in (as_ben, as_iris):
        assert [each.get(path).status_code for path in paths] == [404] * 3
        assert each.post(paths[2], {"reason": "Mine"}).status_code == 404
    assert [client.get(path).url for path in paths] == [
        f"/accounts/login/?next={path}" for path in paths
    ]
    assert not Refund.objects.exists()


def test_a_seller_cannot_refund_tickets_of_another_seller(tickets, as_ben, ben, planned):
    """The URL contains a Space of Ben's, and a ticket of Hana's."""
    other = make_planned(ben)
    Offer.objects.create(
        space=other, seller=ben, currency="eur", price=100, quantity=1, fee_rate=1000
    )
    path = f"{other.get_absolute_url()}tickets/{tickets[0].pk}/refund/"
    assert as_ben.post(path, {"reason": "Mine"}).status_code == 404
    assert Ticket.objects.get(pk=tickets[0].pk).state == Ticket.State.VALID


def test_query_count_does_not_grow_with_the_number_of_tickets(
    page, tickets, as_hana, django_assert_num_queries
):
    as_hana.get(page)  # warms caches
    with django_assert_num_queries(QUERIES):
        as_hana.get(page)
    for number in range(3, 20):
        Ticket.objects.create(
            space=tickets[0].space,
            reservation=tickets[0].reservation,
            number=number,
            price=1250,
            fee=125,
            currency="eur",
        )
    with django_assert_num_queries(QUERIES):
        as_hana.get(page)


def test_the_host_makes_guest_passes_and_sees_their_links(offer, as_hana, as_ben):
    page = f"/spaces/{offer.space.public_id}/tickets/"
    made = as_hana.post(f"{page}guest-passes/", follow=True).text
    code = Ticket.objects.get().code
    assert ("You have made 1 of 10" in made, code in made) == (True, True)
    assert as_ben.post(f"{page}guest-passes/").status_code == 404
