"""Payouts to hosts: the ledger and Stripe agree."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from billing.actions import (
    paying_out,
    refunding,
)
from billing.models import HostAccount, Offer, Reservation, Ticket, Transfer
from billing.models.refund import Why
from billing.sandbox.faults import Fault
from spaces.models import Space
from tests.billing.actions.results import balances, states
from tests.billing.rows import make_reservation, make_ticket
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_the_host_is_paid_after_the_space_less_the_fee(shop, ended):
    paying_out.settle()
    paying_out.send_due()
    assert balances(ended) == (-2500, 0, 2250, 250)
    assert Transfer.objects.get().state == "sent"
    assert shop.sandbox.find("transfer")[0]["amount"] == 2250
    assert (paying_out.settle(), paying_out.send_due()) == (0, 0)


def test_the_host_is_not_paid_before_the_delay_has_passed(shop, paid, settings, ended):
    settings.PAYOUT_DELAY = timedelta(days=7)
    assert paying_out.settle() == 0


def test_a_lost_answer_transfers_nothing_twice(shop, ended):
    paying_out.settle()
    shop.sandbox.fail_next("POST", "/v1/transfers", Fault.TIMEOUT_AFTER, times=3)
    assert paying_out.send_due() == 0
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        assert paying_out.send_due() == 1
    assert len(shop.sandbox.find("transfer")) == 1


def test_a_transfer_whose_answer_was_lost_days_ago_is_found_at_stripe(shop, ended):
    """Stripe stores idempotency keys for only a day."""
    paying_out.settle()
    shop.sandbox.fail_next("POST", "/v1/transfers", Fault.TIMEOUT_AFTER, times=3)
    paying_out.send_due()
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        assert paying_out.send_due() == 1
    assert len(shop.sandbox.find("transfer")) == 1
    assert Transfer.objects.get().stripe_id == shop.sandbox.find("transfer")[0]["id"]
    assert balances(ended) == (-2500, 0, 2250, 250)


@pytest.fixture
def refused(shop, ended, account):
    """Stripe has refused the transfer for Hana's Space, because it rejected her account."""
    shop.sandbox.reject(account.stripe_id)
    paying_out.settle()
    assert paying_out.send_due() == 0
    return Transfer.objects.get()


def test_a_transfer_that_stripe_refuses_is_tried_again_every_day_with_another_key(
    shop, ended, account, refused
):
    assert (refused.state, "capabilities" in refused.error) == ("failed", True)
    with time_machine.travel(timezone.now() + timedelta(hours=25)) as traveller:
        assert (paying_out.send_due(), Transfer.objects.get().state) == (0, "failed")
        shop.sandbox.accept(account.stripe_id)  # and no webhook comes
        traveller.shift(timedelta(hours=23))
        assert paying_out.send_due() == 0
        traveller.shift(timedelta(hours=2))
        shop.sandbox.fail_next("POST", "/v1/transfers", Fault.TIMEOUT_AFTER, times=3)
        assert (paying_out.send_due(), Transfer.objects.get().state) == (0, "due")
        traveller.shift(timedelta(minutes=2))
        assert paying_out.send_due() == 1  # with the same key, because the answer was lost
    assert [each["amount"] for each in shop.sandbox.find("transfer")] == [2250]
    assert balances(ended) == (-2500, 0, 2250, 250)


def test_a_refused_transfer_is_sent_as_soon_as_stripe_accepts_the_account(
    shop, ended, account, refused
):
    assert not HostAccount.objects.get().transfers_enabled
    shop.sandbox.accept(account.stripe_id)
    shop.deliver()
    assert paying_out.send_due() == 1
    assert balances(ended) == (-2500, 0, 2250, 250)


def test_the_host_is_notified_once_that_stripe_refused_a_transfer(shop, hana, refused):
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        paying_out.send_due()
    (notification,) = hana.notifications.filter(kind="payout_failed")
    assert "Stripe refused to send you your share of “Rain”" in notification.text


def test_tickets_that_are_refunded_meanwhile_are_removed_from_a_refused_transfer(
    shop, ended, account, refused
):
    refunding.refund(Ticket.objects.get(number=1), Why.STAFF)
    assert refunding.send_due() == 1
    shop.sandbox.accept(account.stripe_id)
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert paying_out.send_due() == 1
    assert [each["amount"] for each in shop.sandbox.find("transfer")] == [1125]
    assert balances(ended) == (-1250, 0, 1125, 125)


def test_a_refused_transfer_that_has_lost_its_tickets_is_deleted(shop, ended, refused):
    dispute = shop.sandbox.dispute(shop.sandbox.find("charge")[0]["id"])
    shop.deliver()
    assert (states(), Transfer.objects.count()) == (["disputed"] * 2, 0)
    assert balances(ended) == (0, 0, 0, 0)
    shop.sandbox.close_dispute(dispute["id"], won=True)
    shop.deliver()
    assert (paying_out.settle(), Transfer.objects.get().amount) == (1, 2250)


def test_a_transfer_waits_for_the_payments_and_is_repeated_with_another_key(shop, ended):
    """Card payments reach Stripe days later, and Stripe repeats its refusal of a key for a day."""
    shop.add_money(-2500)
    paying_out.settle()
    assert (paying_out.send_due(), Transfer.objects.get().state) == (0, "waiting")
    shop.add_money(2500)
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        assert paying_out.send_due() == 1
    assert balances(ended) == (-2500, 0, 2250, 250)


def test_a_refund_does_not_wait_for_a_transfer_that_waits(shop, paid, ended):
    shop.add_money(-2500)
    paying_out.settle()
    paying_out.send_due()
    refunding.refund_all(ended, Why.STAFF)
    assert (refunding.send_due(), Transfer.objects.count()) == (2, 0)
    assert shop.balance_of(paid) == (2500, 2500)


def test_spaces_that_cannot_be_paid_out_yet_do_not_keep_others_waiting(
    shop, paid, hana, monkeypatch
):
    monkeypatch.setattr(paying_out, "AT_ONCE", 1)
    now = timezone.now()
    hour = timedelta(hours=1)
    Space.objects.update(state="ended", started_at=now - 2 * hour, ended_at=now - hour)
    ticket = make_ticket(make_user())
    Offer.objects.filter(space=ticket.space).update(taken=1)
    Space.objects.filter(pk=ticket.space_id).update(
        state="ended", started_at=now, ended_at=now + timedelta(minutes=4)
    )
    assert paying_out.settle() == 1  # the other one ran too short, and is refunded at once
    ticket.refresh_from_db()
    assert (ticket.state, states().count("valid")) == ("refunded", 2)


def test_a_space_with_an_open_purchase_does_not_keep_others_waiting(
    shop, ended, offer, iris, monkeypatch
):
    monkeypatch.setattr(paying_out, "AT_ONCE", 1)
    make_reservation(iris)
    Reservation.objects.filter(buyer=iris).update(offer=offer)
    other = make_ticket(make_user())
    Reservation.objects.filter(pk=other.reservation_id).update(state="paid")
    Space.objects.filter(pk=other.space_id).update(
        state="ended", started_at=ended.started_at, ended_at=ended.ended_at + timedelta(hours=1)
    )
    assert (paying_out.settle(), Transfer.objects.get().space_id) == (1, other.space_id)


def test_a_late_refund_takes_the_money_back_from_the_host(shop, ended):
    paying_out.settle()
    paying_out.send_due()
    refunding.refund(Ticket.objects.get(number=1), Why.STAFF, "It was silent")
    refunding.send_due()
    assert balances(ended) == (-1250, 0, 1125, 125)
    assert Transfer.objects.get().reversed == 1125


def test_a_host_is_notified_that_the_bank_refused_a_payout(shop, ended, account, hana):
    paying_out.settle()
    paying_out.send_due()
    (payout,) = shop.sandbox.pay_out(account.stripe_id)
    shop.sandbox.fail_payout(payout["id"])
    shop.deliver(times=2)
    (notification,) = hana.notifications.filter(kind="payout_failed")
    assert "Your bank refused a payout" in notification.text
