"""Guest passes: free tickets that the host gives away by link."""

import pytest

from billing.actions import claiming, guest_passes, refunding
from billing.actions.guest_passes import NoGuestPass
from billing.admission import without_ticket
from billing.models import Refund, Ticket
from billing.models.refund import Why

pytestmark = pytest.mark.django_db


def test_a_guest_pass_admits_its_holder_and_takes_no_seat(offer, hana, iris):
    claiming.claim(guest_passes.create(offer, by=hana), iris)
    offer.refresh_from_db()
    assert (offer.taken, without_ticket({offer.space_id: [iris.pk]})) == (
        0,
        {offer.space_id: set()},
    )


def test_a_space_has_ten_passes_at_most_including_those_that_were_taken(offer, hana, iris):
    passes = [guest_passes.create(offer, by=hana) for _ in range(10)]
    claiming.claim(passes[0], iris)
    with pytest.raises(NoGuestPass):
        guest_passes.create(offer, by=hana)
    assert len(guest_passes.unclaimed(offer)) == 9


def test_only_the_seller_creates_guest_passes(offer, iris):
    with pytest.raises(NoGuestPass):
        guest_passes.create(offer, by=iris)


def test_a_cancellation_invalidates_guest_passes_without_a_refund(offer, hana):
    guest_passes.create(offer, by=hana)
    refunding.refund_all(offer.space, Why.CANCELLED)
    assert (Ticket.objects.get().state, Refund.objects.count()) == ("refunded", 0)
