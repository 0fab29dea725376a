"""Disputes: the ledger, the tickets and Stripe agree."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from billing.actions import (
    paying_out,
    refunding,
)
from billing.models import Refund, Ticket
from billing.models.refund import Why
from tests.billing.actions.results import balances, states

pytestmark = pytest.mark.django_db


def test_a_refused_refund_is_sent_under_another_key_after_the_dispute_was_won(shop, paid):
    dispute = shop.sandbox.dispute(shop.sandbox.find("charge")[0]["id"])
    refunding.refund_all(paid.offer.space, Why.HOST)
    assert refunding.send_due() == 0
    shop.sandbox.close_dispute(dispute["id"], won=True)
    shop.deliver()
    assert refunding.send_due() == 2  # Stripe would repeat its refusal of the first key
    assert shop.balance_of(paid) == (2500, 2500)


def test_a_refund_that_a_dispute_stopped_is_paid_after_the_dispute_was_won(shop, paid):
    refunding.refund_all(paid.offer.space, Why.HOST)
    dispute = shop.sandbox.dispute(shop.sandbox.find("charge")[0]["id"])
    shop.deliver()
    shop.sandbox.close_dispute(dispute["id"], won=True)
    shop.deliver()
    assert states() == ["refunded"] * 2
    refunding.send_due()
    assert (shop.balance_of(paid), balances(paid.offer.space)) == ((2500, 2500), (0, 0, 0, 0))


@pytest.mark.parametrize("is_late", [False, True])
def test_a_buyer_whose_refund_failed_disputes_the_payment(shop, refund_failed, is_late):
    space = refund_failed.offer.space
    if not is_late:  # otherwise the events of the failures come after that of the dispute
        shop.deliver()
        assert balances(space) == (-2500, 2500, 0, 0)
    dispute = shop.sandbox.dispute(shop.sandbox.find("charge")[0]["id"])
    for delivery in reversed(shop.sandbox.deliveries()):
        assert shop.post(delivery).status_code == 204
    assert (states(), balances(space)) == (["disputed"] * 2, (0, 0, 0, 0))
    shop.sandbox.close_dispute(dispute["id"], won=True)
    shop.deliver(times=2)
    assert (states(), balances(space)) == (["refunded"] * 2, (-2500, 2500, 0, 0))
    assert {refund.state for refund in Refund.objects.all()} == {"failed"}  # for the staff again


def test_a_refund_that_stripe_refuses_because_of_a_dispute_becomes_part_of_the_dispute(shop, paid):
    """The refund is sent before the event of the dispute arrives."""
    space = paid.offer.space
    dispute = shop.sandbox.dispute(shop.sandbox.find("charge")[0]["id"])
    refunding.refund_all(space, Why.HOST)
    assert refunding.send_due() == 0
    shop.deliver()
    assert (states(), balances(space)) == (["disputed"] * 2, (0, 0, 0, 0))
    shop.sandbox.close_dispute(dispute["id"], won=True)
    shop.deliver()
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert refunding.send_due() == 2
    assert (shop.balance_of(paid), balances(space)) == ((2500, 2500), (0, 0, 0, 0))


def test_a_refund_that_fails_during_a_dispute_is_not_part_of_the_dispute(shop, paid):
    """The bank of the buyer takes back only what was not refunded."""
    space = paid.offer.space
    refunding.refund(Ticket.objects.get(number=1), Why.HOST)
    refunding.send_due()
    dispute = shop.sandbox.dispute(shop.sandbox.find("charge")[0]["id"])
    shop.deliver()
    shop.sandbox.fail_refund(shop.sandbox.find("refund")[0]["id"])
    shop.sandbox.close_dispute(dispute["id"], won=False)
    shop.deliver(times=2)
    assert (states(), balances(space)) == (["refunded", "disputed"], (-1250, 1250, 0, 0))


def test_a_late_event_of_a_dispute_that_was_won_changes_nothing(
    shop, paid, django_capture_on_commit_callbacks
):
    dispute = shop.sandbox.dispute(shop.sandbox.find("charge")[0]["id"])
    opened = [each for each in shop.sandbox.deliveries() if "dispute" in each.type]
    shop.sandbox.close_dispute(dispute["id"], won=True)
    closed = [each for each in shop.sandbox.deliveries() if "closed" in each.type]
    assert shop.post(closed[0]).status_code == 204
    with django_capture_on_commit_callbacks() as callbacks:
        assert [shop.post(delivery).status_code for delivery in opened] == [204]
    assert callbacks == []  # nobody is notified that a ticket was lost
    assert (states(), balances(paid.offer.space)) == (["valid"] * 2, (-2500, 2500, 0, 0))


def test_winning_a_dispute_leaves_the_ticket_that_the_holder_bought_since(shop, paid, ben):
    dispute = shop.sandbox.dispute(shop.sandbox.find("charge")[0]["id"])
    shop.deliver()
    bought_since = Ticket.objects.create(
        space=paid.offer.space, number=3, holder=ben, price=0, fee=0
    )
    shop.sandbox.close_dispute(dispute["id"], won=True)
    shop.deliver()
    assert Ticket.objects.filter(state="valid", holder=ben).get() == bought_since
    assert Ticket.objects.filter(state="valid", holder=None).count() == 2


def test_a_dispute_invalidates_the_tickets_until_it_is_won(shop, paid):
    space = paid.offer.space
    charge = shop.sandbox.find("charge")[0]["id"]
    dispute = shop.sandbox.dispute(charge)
    shop.deliver()
    assert (states(), balances(space)) == (["disputed"] * 2, (0, 0, 0, 0))
    shop.sandbox.close_dispute(dispute["id"], won=True)
    shop.deliver()
    assert (states(), balances(space)) == (["valid"] * 2, (-2500, 2500, 0, 0))


def test_a_late_dispute_takes_the_money_back_from_the_host_until_it_is_won(shop, ended):
    paying_out.settle()
    paying_out.send_due()
    dispute = shop.sandbox.dispute(shop.sandbox.find("charge")[0]["id"])
    shop.deliver()
    assert balances(ended) == (0, 0, 0, 0)
    shop.sandbox.close_dispute(dispute["id"], won=True)
    shop.deliver()
    assert balances(ended) == (-2500, 2500, 0, 0)
    paying_out.settle()
    paying_out.send_due()
    assert balances(ended) == (-2500, 0, 2250, 250)
