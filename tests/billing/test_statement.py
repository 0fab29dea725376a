"""The statement of a Space: each posting in words, and totals that add up exactly."""

import csv
import io
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from billing import exports, ledger, statement
from billing.actions import paying_out, refunding, reserving
from billing.models import Offer, Posting, Ticket
from billing.models.ledger import Account, Kind
from billing.models.refund import Why
from spaces.models import Space
from tests.billing.shop import Shop
from tests.billing.test_agreement import World, step, trouble
from tests.factories import make_scheduled_space, make_user

pytestmark = pytest.mark.django_db
EXAMPLES = 50


@pytest.fixture
def bought(shop, reservation):
    """Ben has paid for two tickets, €12.50 each."""
    shop.pay(reservation)
    shop.deliver()
    return list(Ticket.objects.order_by("number"))


def end(space):
    """End the Space, as if it had run for an hour, two days ago."""
    start = timezone.now() - timedelta(days=2)
    Space.objects.filter(pk=space.pk).update(
        state="ended", started_at=start, ended_at=start + timedelta(hours=1)
    )


def pay_out():
    paying_out.settle()
    paying_out.send_due()


def lines_of(offer):
    found = statement.lines(statement.postings_of(offer))
    return [(line.text, line.change, line.balance) for line in found]


def rows_of(offer):
    found = exports.statement(statement.lines(statement.postings_of(offer)), offer.currency)
    return list(csv.DictReader(io.StringIO("".join(found))))


def totals_of(offer):
    totals = statement.totals_of(offer)
    return dict(totals.moved), totals.held, dict(totals.claims), totals.owed


def test_nothing_has_moved_at_first(offer):
    assert lines_of(offer) == []
    moved, held, claims, owed = totals_of(offer)
    assert {*moved.values(), held, *claims.values(), owed} == {0}


def test_after_a_sale_the_money_is_held_and_the_share_is_owed(bought, offer):
    first, second = (ticket.pk for ticket in bought)
    assert lines_of(offer) == [
        (f"Ticket {first} sold", 1250, 1250),
        (f"Ticket {second} sold", 1250, 2500),
    ]
    moved, held, claims, owed = totals_of(offer)
    assert (moved["Tickets sold"], held, owed) == (2500, 2500, 2250)
    assert claims["Our fee on what is sent next"] == -250


def test_the_statement_of_a_space_with_a_refund_a_transfer_and_a_dispute(
    shop, bought, offer, reservation
):
    """A refund before the Space; after it the transfer, a dispute, and the end of the dispute."""
    first, second = bought
    refunding.refund(first, Why.HOST, "You asked")
    moved, held, claims, owed = totals_of(offer)
    assert (held, claims["Refunds that are not done yet"], owed) == (2500, -1250, 1125)
    refunding.send_due()
    end(offer.space)
    pay_out()
    moved, held, claims, owed = totals_of(offer)
    assert moved == {
        "Tickets sold": 2500,
        "Refunded": -1250,
        "Taken back by banks (disputes)": 0,
        "Our fee": -125,
        "Sent to your account at Stripe": -1125,
    }
    assert (held, owed) == (0, 0)
    dispute = shop.sandbox.dispute(shop.sandbox.find("charge")[0]["id"])
    shop.deliver()
    shop.sandbox.close_dispute(dispute["id"], won=True)
    shop.deliver()
    one, two = f"Ticket {first.pk}", f"Ticket {second.pk}"
    assert lines_of(offer) == [
        (f"{one} sold", 1250, 1250),
        (f"{two} sold", 1250, 2500),
        (f"{one} refunded", -1250, 1250),
        ("Sent to your account at Stripe", -1125, 125),
        ("Our fee", -125, 0),
        (f"{two}: the buyer’s bank took the money back", -1250, -1250),
        (f"{two}: your share taken back from your account at Stripe", 1125, -125),
        (f"{two}: our fee returned", 125, 0),
        (f"{two}: the dispute was won", 1250, 1250),
    ]
    assert totals_of(offer)[3] == 1125


def test_a_refund_that_the_bank_refuses_is_still_due_to_the_buyer(shop, offer, ben):
    reservation = reserving.reserve(offer, ben, 1)
    reserving.checkout_url(reservation)
    shop.pay(reservation, card="4000000000005126")
    shop.deliver()
    ticket = Ticket.objects.get()
    refunding.refund(ticket, Why.STAFF)
    refunding.send_due()
    shop.sandbox.fail_refund(shop.sandbox.find("refund")[0]["id"])
    shop.deliver()
    assert lines_of(offer)[-1] == (
        f"Ticket {ticket.pk}: the bank refused the refund",
        1250,
        1250,
    )
    moved, held, claims, owed = totals_of(offer)
    assert (moved["Refunded"], held, claims["Refunds that are not done yet"], owed) == (
        0,
        1250,
        -1250,
        0,
    )


def test_until_a_share_is_taken_back_the_host_owes_it(bought, offer):
    end(offer.space)
    pay_out()
    refunding.refund(bought[0], Why.STAFF)
    _, held, claims, owed = totals_of(offer)
    assert (held, claims["Our fee on what is sent next"], owed) == (0, 125, -1125)
    refunding.send_due()
    assert totals_of(offer)[3] == 0


def test_postings_of_other_spaces_are_not_in_the_statement(bought, offer, hana):
    other = make_scheduled_space(hana)
    ledger.post(other.pk, Kind.SALE, "ticket:0", 99, "eur")
    assert (len(lines_of(offer)), statement.totals_of(offer).sales) == (2, 2500)


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_posting_has_words(offer, kind):
    ledger.post(offer.space_id, kind, "ticket:7:dp_1", 100, "eur")
    ((text, change, balance),) = lines_of(offer)
    assert (text != "", abs(change), balance) == (True, 100, change)


def test_the_file_has_a_row_for_each_posting(bought, offer):
    refunding.refund(bought[0], Why.HOST)
    refunding.send_due()
    rows = rows_of(offer)
    found = [(each["what"], each["in"], each["out"], each["balance"]) for each in rows]
    first, second = (ticket.pk for ticket in bought)
    assert found == [
        (f"Ticket {first} sold", "12.50", "", "12.50"),
        (f"Ticket {second} sold", "12.50", "", "25.00"),
        (f"Ticket {first} refunded", "", "12.50", "12.50"),
    ]
    assert {each["currency"] for each in rows} == {"EUR"}
    assert [each["ticket"] for each in rows] == [str(first), str(second), str(first)]


@pytest.mark.parametrize(
    ("code", "amount", "text"),
    [("jpy", 1250, "1250"), ("kwd", 1250, "1.250"), ("huf", 1750, "17.50"), ("eur", 5, "0.05")],
)
def test_amounts_in_the_file_are_exact_in_every_currency(offer, code, amount, text):
    Offer.objects.update(currency=code)
    offer.refresh_from_db()
    ledger.post(offer.space_id, Kind.REFUND, "ticket:7", amount, code)
    (row,) = rows_of(offer)
    assert (row["in"], row["out"], row["balance"]) == ("", text, f"-{text}")


def test_the_lines_and_the_totals_add_up_after_each_step(connect, shop, account, offer):
    """After each step, also after faults and crashes, the host is owed the shares of valid tickets
    that were not transferred, less the shares of invalid tickets that were transferred."""
    (stored_account,) = shop.sandbox.state.store.find("v2.core.account")
    buyers = [make_user() for _ in range(3)]

    def check_statement():
        totals = statement.totals_of(offer)
        lines = lines_of(offer)
        held = ledger.balances(offer.space)[Account.HELD]
        assert totals.held == held == (lines[-1][2] if lines else 0)
        shares = 0
        for ticket in Ticket.objects.select_related("transfer"):
            is_sent = ticket.transfer is not None and ticket.transfer.state == "sent"
            is_valid = ticket.state == Ticket.State.VALID
            shares += (ticket.price - ticket.fee) * (is_valid - is_sent)
        assert totals.owed == shares

    @seed(0)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(st.tuples(step, trouble), max_size=12))
    def check(actions):
        with time_machine.travel(timezone.now()) as traveller, transaction.atomic():
            shop = connect(Shop())
            shop.add_account(stored_account)
            world = World(shop, offer, buyers, traveller)
            for action, problem in actions:
                world.do(action, problem)
                check_statement()
            world.come_to_rest()
            check_statement()
            assert Posting.objects.exists() or not Ticket.objects.exists()
            transaction.set_rollback(True)

    check()
