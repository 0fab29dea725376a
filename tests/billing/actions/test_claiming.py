"""Taking a ticket that somebody gives away."""

import pytest

from accounts.blocking import block
from billing.actions import claiming
from billing.actions.claiming import CantClaim
from billing.models import Ticket
from spaces.models import Invitation, Removal, Space, State
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


def test_claiming_makes_a_person_the_holder_and_is_idempotent(gift, iris):
    claiming.claim(gift, by=iris)
    claiming.claim(gift, by=iris)
    assert Ticket.objects.get(pk=gift.pk).holder == iris


def test_only_the_first_person_gets_the_ticket(gift, iris):
    claiming.claim(gift, by=iris)
    assert refusal_of(gift, make_user()) == claiming.TAKEN


def test_a_person_with_a_ticket_cannot_take_another(gift, ben):
    assert refusal_of(gift, ben) == claiming.HAS_ONE


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"state": "refunded"}, "This ticket was refunded, so it admits nobody any more."),
        ({"state": "refunded", "price": 0, "fee": 0}, "This ticket is not valid any more."),
        ({"state": "disputed"}, "The payment of this ticket is disputed"),
    ],
)
def test_nobody_can_take_a_ticket_that_is_not_valid(gift, iris, change, why):
    Ticket.objects.filter(pk=gift.pk).update(**change)
    gift.refresh_from_db()
    assert refusal_of(gift, iris).startswith(why)


def test_the_host_and_people_who_may_not_come_in_are_refused(gift, hana, iris):
    assert refusal_of(gift, hana) == "You host this Space, so you don’t need a ticket."
    removed = make_user("rosa")
    Removal.objects.create(space=gift.space, viewer_key=removed.key, removed_by=hana)
    block(blocker=hana, blocked=iris)
    for person in (removed, iris):
        assert refusal_of(gift, person) == "You can’t use a ticket for this Space."


def test_people_who_come_in_free_cannot_claim_a_gift(gift, iris, hana):
    Invitation.objects.create(space=gift.space, user=iris, invited_by=hana)
    assert refusal_of(gift, iris).startswith("You come in free, so you don’t need this ticket.")
    Invitation.objects.all().delete()  # she declines
    assert claiming.claim(gift, by=iris).holder == iris


def test_nobody_can_take_a_ticket_for_a_cancelled_space(gift, iris):
    Space.objects.update(state=State.CANCELLED)
    gift.refresh_from_db()
    assert refusal_of(gift, iris) == "This Space is cancelled."
