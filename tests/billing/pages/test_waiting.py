"""The waiting list and the free preview on the pages of tickets."""

import pytest
import time_machine

from billing.actions import refunding, reserving, waiting
from billing.models import Offer, Ticket, Waiting
from billing.models.refund import Why
from scheduling.actions import starting
from tests.factories import make_user, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(offer):
    return f"/spaces/{offer.space.public_id}/tickets/"


@pytest.fixture
def sold_out(shop, offer, ben):
    reservation = reserving.reserve(offer, ben, 3)
    reserving.checkout_url(reservation)
    shop.pay(reservation)
    shop.deliver()
    return offer


@pytest.fixture
def as_iris(iris):
    return signed_in(iris)


def test_people_join_and_leave_the_list_of_a_space_that_is_sold_out(sold_out, page, as_iris):
    assert "Join the waiting list" in as_iris.get(page).text
    joined = as_iris.post(f"{page}wait/", follow=True).text
    assert "You are number 1 on the waiting list" in joined
    left = as_iris.post(f"{page}wait/", {"leave": "1"}, follow=True).text
    assert "Join the waiting list" in left


def test_an_offered_seat_can_be_bought(sold_out, page, as_iris, iris):
    waiting.join(sold_out, iris)
    refunding.refund(Ticket.objects.first(), Why.HOST)
    waiting.offer_seats(sold_out)
    text = as_iris.get(page).text
    assert "A ticket is held for you until" in text
    answer = as_iris.post(page, {"quantity": "1", "seen": "1250"})
    assert (answer.status_code, Waiting.objects.get().state) == (302, "buying")


def test_a_signed_out_person_signs_in_to_wait(sold_out, page, client):
    answer = client.post(f"{page}wait/")
    assert answer.url.startswith("/accounts/login/")


def test_the_free_preview_leads_to_the_room_once(offer, page, as_iris, hana):
    Offer.objects.update(allows_preview=True)
    space = offer.space
    assert "Listen free" not in as_iris.get(page).text
    with time_machine.travel(space.starts_at):
        starting.go_live(space, by=hana)
        address = space.get_absolute_url()
        assert "Listen free for 60 seconds" in as_iris.get(page).text
        assert "Listen free for 60 seconds" in as_iris.get(address).text
        assert as_iris.post(f"{page}preview/").url == address
        shown = as_iris.get(address).text
        assert ("Start listening" in shown, "Listen free" in shown) == (True, False)
        again = as_iris.post(f"{page}preview/", follow=True).text
        assert "You have had the free preview" in again


def test_people_in_their_free_preview_are_not_shown_that_they_come_in_free(
    offer, page, as_iris, hana
):
    Offer.objects.update(allows_preview=True)
    with time_machine.travel(offer.space.starts_at):
        starting.go_live(offer.space, by=hana)
        as_iris.post(f"{page}preview/")
        assert "You come in free" not in as_iris.get(page).text


def test_a_space_that_does_not_exist_has_no_waiting_list():
    person = signed_in(make_user())
    assert person.post("/spaces/nothing123/tickets/wait/").status_code == 404
