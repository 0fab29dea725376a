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
    Space.objects.update(starts_at=timezone.now() + timedelta(**time))
    return Ticket.objects.select_related("space").get(number=1)


def test_the_buyer_gets_the_price_back_and_the_seat_is_free(ticket, ben):
    returning.return_ticket(ticket, by=ben)
    refund = Refund.objects.get()
    assert (refund.amount, refund.why) == (1250, Refund.Why.BUYER)
    assert Offer.objects.get().taken == 1


@pytest.mark.parametrize(("minutes", "may"), [(61, True), (59, False)])
def test_until_an_hour_before_the_start(ticket, ben, minutes, may):
    assert (returning.why_not(start_in(minutes=minutes), ben, timezone.now()) == "") is may


def test_not_once_it_has_started_or_was_used(ticket, ben):
    Ticket.objects.update(entered_at=timezone.now())
    with pytest.raises(CantReturn, match="has been used"):
        returning.return_ticket(start_in(days=1), by=ben)
    Ticket.objects.update(entered_at=None)
    Space.objects.update(state=State.LIVE, started_at=timezone.now())
    with pytest.raises(CantReturn, match="too late"):
        returning.return_ticket(Ticket.objects.select_related("space").get(number=1), by=ben)


def test_only_the_buyer_and_only_once(ticket, ben, iris):
    with pytest.raises(CantReturn, match="Only the person who bought"):
        returning.return_ticket(ticket, by=iris)
    returning.return_ticket(ticket, by=ben)
    with pytest.raises(CantReturn, match="refunded already"):
        returning.return_ticket(ticket, by=ben)
    assert Refund.objects.count() == 1


def test_the_seller_refunds_at_any_time_with_a_reason(ticket, hana, iris):
    with pytest.raises(NotSeller):
        returning.refund_as_seller(ticket, by=iris, reason="Mine")
    returning.refund_as_seller(start_in(minutes=1), by=hana, reason="You asked me.")
    refund = Refund.objects.get()
    assert (refund.why, refund.reason) == (Refund.Why.HOST, "You asked me.")
