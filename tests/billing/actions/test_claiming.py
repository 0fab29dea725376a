"""Taking a ticket that somebody bought for others."""

import pytest

from accounts.blocking import block
from billing.actions import claiming
from billing.actions.claiming import CantClaim
from billing.models import Ticket
from spaces.models import Removal, Space, State
from tests.factories import make_user


@pytest.fixture
def gift(shop, reservation):
    shop.pay(reservation)
    shop.deliver()
    return Ticket.objects.get(holder=None)


def refusal_of(gift, person):
    with pytest.raises(CantClaim) as refused:
        claiming.claim(gift, by=person)
    return refused.value.message


def test_it_makes_the_person_its_holder_and_twice_is_once(gift, iris):
    claiming.claim(gift, by=iris)
    claiming.claim(gift, by=iris)
    assert Ticket.objects.get(pk=gift.pk).holder == iris


def test_the_first_one_gets_it(gift, iris):
    claiming.claim(gift, by=iris)
    assert refusal_of(gift, make_user()) == claiming.TAKEN


def test_nobody_has_two(gift, ben):
    assert refusal_of(gift, ben) == claiming.HAS_ONE


def test_a_refunded_one_admits_nobody(gift, iris):
    Ticket.objects.filter(pk=gift.pk).update(state=Ticket.State.REFUNDED)
    gift.refresh_from_db()
    assert refusal_of(gift, iris).startswith("This ticket was refunded")


def test_the_host_and_people_who_may_not_come_in_are_refused(gift, hana, iris):
    assert refusal_of(gift, hana) == "You host this Space, so you don’t need a ticket."
    removed = make_user("rosa")
    Removal.objects.create(space=gift.space, viewer_key=removed.key, removed_by=hana)
    block(blocker=hana, blocked=iris)
    for person in (removed, iris):
        assert refusal_of(gift, person) == "You can’t use a ticket for this Space."


def test_after_the_space_it_is_too_late(gift, iris):
    Space.objects.update(state=State.CANCELLED)
    gift.refresh_from_db()
    assert refusal_of(gift, iris) == "This Space is cancelled."
