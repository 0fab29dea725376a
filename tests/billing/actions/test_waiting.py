"""The waiting list: freed seats are offered in order, each for half an hour."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.blocking import block
from billing.actions import claiming, discounting, expiring, refunding, reserving, waiting
from billing.actions.discounting import Discount
from billing.models import Ticket, Waiting
from billing.models.refund import Why
from billing.refusals import NotOnSale, SoldOut
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def sold_out(shop, offer, ben):
    """Ben has bought all three tickets."""
    reservation = reserving.reserve(offer, ben, 3)
    reserving.checkout_url(reservation)
    shop.pay(reservation)
    shop.deliver()
    return offer


@pytest.fixture
def queue(sold_out):
    """Three people wait, in this order."""
    people = [make_user(f"waits{number}") for number in range(3)]
    for person in people:
        waiting.join(sold_out, person)
    return people


@pytest.fixture
def refund_one(sold_out, django_capture_on_commit_callbacks):
    def refund_one():
        with django_capture_on_commit_callbacks(execute=True):
            refunding.refund(Ticket.objects.filter(state="valid").first(), Why.HOST)

    return refund_one


def states():
    return [each.state for each in Waiting.objects.order_by("pk")]


def taken(offer):
    offer.refresh_from_db()
    return offer.taken


def test_people_cannot_join_the_list_while_tickets_are_left(offer, iris):
    with pytest.raises(NotOnSale):
        waiting.join(offer, iris)


def test_joining_twice_keeps_the_place(sold_out, queue):
    assert [waiting.position(waiting.join(sold_out, person)) for person in queue] == [1, 2, 3]
    assert len(states()) == 3


def test_a_freed_seat_is_held_only_for_the_first_person(sold_out, queue, refund_one, iris):
    refund_one()
    assert (states(), taken(sold_out)) == (["offered", "waiting", "waiting"], 3)
    for person in (iris, queue[1]):
        with pytest.raises(SoldOut):
            reserving.reserve(sold_out, person, 1)
    (notification,) = queue[0].notifications.all()
    assert "is available" in notification.text


def test_the_offered_seat_becomes_a_ticket(shop, sold_out, queue, refund_one):
    refund_one()
    reservation = reserving.reserve(sold_out, queue[0], 4)
    reserving.checkout_url(reservation)
    shop.pay(reservation)
    shop.deliver()
    assert (reservation.quantity, taken(sold_out), states()[0]) == (1, 3, "buying")
    assert Ticket.objects.filter(holder=queue[0], state="valid").count() == 1


def test_a_seat_that_is_not_bought_in_time_is_offered_to_the_next_person(
    sold_out, queue, refund_one
):
    refund_one()
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        assert waiting.pass_on_late_seats() == 1
        with pytest.raises(SoldOut):
            reserving.reserve(sold_out, queue[0], 1)
    assert (states(), taken(sold_out)) == (["left", "offered", "waiting"], 3)


def test_a_freed_seat_is_offered_even_if_the_signal_is_lost(sold_out, queue):
    refunding.refund(Ticket.objects.first(), Why.HOST)
    waiting.pass_on_late_seats()
    assert states() == ["offered", "waiting", "waiting"]


def test_leaving_the_list_passes_the_seat_to_the_next_person(sold_out, queue, refund_one):
    refund_one()
    waiting.leave(sold_out, queue[0])
    assert (states(), taken(sold_out)) == (["left", "offered", "waiting"], 3)


def test_a_buyer_who_leaves_the_checkout_frees_the_seat_for_the_next_person(
    shop, sold_out, queue, refund_one, django_capture_on_commit_callbacks
):
    refund_one()
    reserving.checkout_url(reserving.reserve(sold_out, queue[0], 1))
    with (
        time_machine.travel(timezone.now() + timedelta(minutes=32)),
        django_capture_on_commit_callbacks(execute=True),
    ):
        expiring.expire_due()
    assert (states(), taken(sold_out)) == (["buying", "offered", "waiting"], 3)


def test_a_person_who_buys_a_seat_that_was_not_offered_yet_waits_no_more(
    shop, sold_out, queue, refund_one
):
    refunding.refund(Ticket.objects.first(), Why.HOST)  # and its signal is on its way
    reserving.checkout_url(reserving.reserve(sold_out, queue[1], 1))
    assert (states(), taken(sold_out)) == (["waiting", "buying", "waiting"], 3)
    refund_one()
    refund_one()
    assert states() == ["offered", "buying", "offered"]


def test_a_person_who_gets_free_tickets_waits_no_more(sold_out, queue, hana):
    discounting.create(sold_out, hana, Discount("FREE", percent=100))
    refunding.refund(Ticket.objects.first(), Why.HOST)
    reserving.reserve(sold_out, queue[0], 1, code="FREE")
    assert states() == ["buying", "waiting", "waiting"]


def test_a_person_who_takes_a_gift_waits_no_more_and_passes_their_seat_on(
    sold_out, queue, refund_one, django_capture_on_commit_callbacks
):
    refund_one()
    with django_capture_on_commit_callbacks(execute=True):
        claiming.claim(Ticket.objects.filter(holder=None, state="valid").first(), by=queue[0])
    assert (states(), taken(sold_out)) == (["left", "offered", "waiting"], 3)


def test_people_whom_the_host_blocks_are_skipped(sold_out, queue, refund_one, hana):
    block(blocker=hana, blocked=queue[0])
    refund_one()
    assert states() == ["left", "offered", "waiting"]


def test_no_seats_are_offered_after_the_sale(sold_out, queue):
    sold_out.sales_end = timezone.now()
    sold_out.save()
    refunding.refund(Ticket.objects.first(), Why.HOST)
    assert waiting.offer_seats(sold_out) == 0
