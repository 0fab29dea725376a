"""The seller's statement: the page, the file, and who may read them."""

import csv
import io
import re

import pytest

from billing import ledger
from billing.actions import refunding
from billing.models import Posting, Refund, Ticket
from billing.models.ledger import Kind
from billing.views.statements import PAGE
from scheduling.actions import cohosts
from scheduling.models import Schedule

QUERIES = 10  # of the page
CELL = re.compile(r"<t[hd][^>]*>(.*?)</t[hd]>", re.DOTALL)


@pytest.fixture
def page(planned):
    return f"{planned.get_absolute_url()}tickets/statement/"


@pytest.fixture
def file(planned):
    return f"{planned.get_absolute_url()}tickets/statement.csv"


def lines(text):
    """The cells of each row, as text."""
    body = text.partition("<tbody>")[2].partition("</tbody>")[0]
    return [
        [re.sub(r"\s*<.*", "", cell).strip() for cell in CELL.findall(row)]
        for row in body.split("</tr>")[:-1]
    ]


def totals(text):
    return dict(re.findall(r"<dt>([^<]+)</dt><dd>([^<]+)</dd>", text))


def rows(answer):
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode())))


def test_before_the_first_sale_the_statement_is_empty_and_has_no_file(page, file, offer, as_hana):
    text = as_hana.get(page).text
    assert ("No money has moved yet" in text, file in text) == (True, False)
    assert totals(text)["Still owed to you"] == "€0.00"


def test_the_statement_shows_each_movement_with_the_balance(page, tickets, as_hana):
    refunding.refund(tickets[0], Refund.Why.HOST)
    refunding.send_due()
    text = as_hana.get(page).text
    first, second = (ticket.pk for ticket in tickets)
    assert lines(text) == [
        [f"Ticket {first} sold", "+€12.50", "€12.50"],
        [f"Ticket {second} sold", "+€12.50", "€25.00"],
        [f"Ticket {first} refunded", "−€12.50", "€12.50"],
    ]
    found = totals(text)
    assert (found["Tickets sold"], found["Refunded"], found["Held now"]) == (
        "€25.00",
        "−€12.50",
        "€12.50",
    )
    assert (found["Our fee on what is sent next"], found["Still owed to you"]) == (
        "−€1.25",
        "€11.25",
    )


def test_times_are_in_the_time_zone_of_the_space(page, tickets, as_hana):
    Schedule.objects.update(zone="Asia/Tokyo")
    Posting.objects.update(created_at="2026-11-24T15:00:00Z")
    text = as_hana.get(page).text
    assert ("25 Nov 2026, 00:00" in text, "time zone of Tokyo" in text) == (True, True)


def test_the_balance_continues_from_page_to_page(page, offer, as_hana):
    for number in range(PAGE + 1):
        ledger.post(offer.space_id, Kind.SALE, f"ticket:{number}", 100, "eur")
    first, second = as_hana.get(page).text, as_hana.get(f"{page}?page=2").text
    assert (len(lines(first)), lines(first)[-1][2]) == (100, "€100.00")
    assert lines(second) == [["Ticket 100 sold", "+€1.00", "€101.00"]]
    assert ('href="?page=2"' in first, 'href="?page=1"' in second) == (True, True)


def test_query_count_does_not_grow_with_the_number_of_movements(
    page, tickets, offer, as_hana, django_assert_num_queries
):
    as_hana.get(page)  # warms caches
    with django_assert_num_queries(QUERIES):
        as_hana.get(page)
    for number in range(50):
        ledger.post(offer.space_id, Kind.FEE, f"transfer:{number}", 1, "eur")
    with django_assert_num_queries(QUERIES):
        as_hana.get(page)


def test_the_file_has_every_movement_of_all_pages(page, file, offer, tickets, as_hana):
    for number in range(PAGE):
        ledger.post(offer.space_id, Kind.SALE, f"ticket:x{number}", 100, "eur")
    assert file in as_hana.get(page).text
    answer = as_hana.get(file)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].endswith(f'statement-{offer.space.public_id}.csv"')
    found = rows(answer)
    assert (len(found), found[-1]["balance"]) == (PAGE + 2, "125.00")


def test_the_statement_does_not_name_buyers(page, file, tickets, ben, as_hana):
    texts = as_hana.get(page).text, as_hana.get(file).getvalue().decode()
    secrets = (ben.email, "example.org", ben.name, ben.handle, *[each.code for each in tickets])
    assert [secret for secret in secrets for text in texts if secret in text] == []


def test_only_the_seller_may_read_the_statement(
    page, file, tickets, planned, hana, iris, as_iris, as_ben
):
    """Co-hosts, buyers and strangers may read neither the statement nor the sales."""
    sales = page.replace("statement", "sales")
    for person in (as_ben, as_iris):
        assert [person.get(path).status_code for path in (page, file, sales)] == [404] * 3
    cohosts.invite(planned, by=hana, user=iris)
    cohosts.accept(planned, user=iris)
    assert [as_iris.get(path).status_code for path in (page, file, sales)] == [404] * 3


def test_a_signed_out_person_signs_in_first(page, file, tickets, client):
    for path in (page, file):
        assert client.get(path).url == f"/accounts/login/?next={path}"


def test_a_free_space_has_no_statement(page, file, planned, as_hana):
    assert [as_hana.get(path).status_code for path in (page, file)] == [404, 404]


def test_post_requests_to_the_statement_are_refused(page, file, tickets, as_hana):
    assert [as_hana.post(path).status_code for path in (page, file)] == [405, 405]
    assert Ticket.objects.count() == 2


def test_the_page_of_sales_links_to_the_statement(page, tickets, as_hana):
    assert f'href="{page}"' in as_hana.get(page.replace("statement", "sales")).text
