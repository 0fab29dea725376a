"""Refunds that the buyer or the seller asks for."""

from datetime import timedelta

import pytest
from django.utils import timezone

from billing.actions import returning
from billing.actions.returning import CantReturn, NotSeller
from billing.models import Offer, Refund, Ticket
from spaces.models import Space, State


@pytest.fixture
def ticket(shop, reservation):
    shop.pay(reservation)
    shop.deliver()
    return Ticket.objects.select_related("space").get(number=1)


def start_in(**time):
    """Move the start of the Space; return the ticket."""
    Space.objects.update(starts_at=timezone.now() + timedelta(**time))
    return Ticket.objects.select_related("space").get(number=1)


def test_the_buyer_gets_the_price_back_and_the_seat_is_free(ticket, ben):
    returning.return_ticket(ticket, by=ben)
    refund = Refund.objects.get()
    assert (refund.amount, refund.why) == (1250, Refund.Why.BUYER)
    assert Offer.objects.get().taken == 1


@pytest.mark.parametrize(("minutes", "may"), [(61, True), (59, False)])
def test_the_buyer_can_return_a_ticket_until_an_hour_before_the_start(ticket, ben, minutes, may):
    assert (returning.why_not(start_in(minutes=minutes), ben, timezone.now()) == "") is may


def test_a_ticket_cannot_be_returned_after_it_was_used_or_after_the_start(ticket, ben):
    Ticket.objects.update(entered_at=timezone.now())
    with pytest.raises(CantReturn, match="has been used"):
        returning.return_ticket(start_in(days=1), by=ben)
    Ticket.objects.update(entered_at=None)
    Space.objects.update(state=State.LIVE, started_at=timezone.now())
    with pytest.raises(CantReturn, match="too late"):
        returning.return_ticket(Ticket.objects.select_related("space").get(number=1), by=ben)


def test_only_the_buyer_returns_a_ticket_and_only_once(ticket, ben, iris):
    with pytest.raises(CantReturn, match="Only the person who bought"):
        returning.return_ticket(ticket, by=iris)
    returning.return_ticket(ticket, by=ben)
    with pytest.raises(CantReturn, match="refunded already"):
        returning.return_ticket(ticket, by=ben)
    assert Refund.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"state": "refunded", "price": 0, "fee": 0}, "is not valid any more"),
        ({"state": "disputed"}, "is disputed"),
    ],
)
def test_a_refusal_says_why_a_ticket_is_not_valid(ticket, ben, hana, change, why):
    Ticket.objects.update(**change)
    ticket.refresh_from_db()
    with pytest.raises(CantReturn, match=why):
        returning.return_ticket(ticket, by=ben)
    with pytest.raises(CantReturn, match=why):
        returning.refund_as_seller(ticket, by=hana, reason="You asked me.")
    assert not Refund.objects.exists()


def test_the_seller_refunds_at_any_time_with_a_reason(ticket, hana, iris):
    with pytest.raises(NotSeller):
        returning.refund_as_seller(ticket, by=iris, reason="Mine")
    returning.refund_as_seller(start_in(minutes=1), by=hana, reason="You asked me.")
    refund = Refund.objects.get()
    assert (refund.why, refund.reason) == (Refund.Why.HOST, "You asked me.")
