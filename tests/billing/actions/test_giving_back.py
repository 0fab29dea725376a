"""Refunds, disputes and payouts: the ledger, the tickets and Stripe agree."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from billing import events, ledger, seats
from billing.actions import (
    disputing,
    fulfilling,
    paying_out,
    refunding,
    reserving,
    taking_back,
)
from billing.admission import without_ticket
from billing.models import HostAccount, Offer, Refund, Reservation, Ticket, Transfer
from billing.models.ledger import Account
from billing.models.refund import Why
from billing.sandbox.faults import Fault
from billing.stripe import checkout
from billing.stripe.client import client
from billing.stripe.disputes import Dispute
from billing.stripe.refunds import Refunded
from billing.stripe.webhooks import Event
from scheduling.actions import cancelling, starting
from spaces import admission
from spaces.models import Space
from spaces.viewer import Viewer
from tests.billing.rows import make_reservation, make_ticket
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid(shop, reservation):
    """Ben has paid for two tickets, €12.50 each."""
    shop.pay(reservation)
    shop.deliver()
    reservation.refresh_from_db()
    return reservation


@pytest.fixture
def ended(paid):
    """Hana's Space ran for an hour, two days ago."""
    space = paid.offer.space
    start = timezone.now() - timedelta(days=2)
    Space.objects.filter(pk=space.pk).update(
        state="ended", started_at=start, ended_at=start + timedelta(hours=1)
    )
    space.refresh_from_db()
    return space


def balances(space):
    return tuple(ledger.balances(space)[account] for account in Account)


def states():
    return [ticket.state for ticket in Ticket.objects.order_by("number")]


def test_a_cancelled_space_refunds_everyone(shop, paid, hana, django_capture_on_commit_callbacks):
    space = paid.offer.space
    with django_capture_on_commit_callbacks(execute=True):
        cancelling.cancel(space, by=hana)
    refunding.send_due()
    shop.deliver()
    assert states() == ["refunded", "refunded"]
    assert shop.balance_of(paid) == (2500, 2500)
    assert balances(space) == (0, 0, 0, 0)


def test_a_payment_that_arrives_after_the_cancellation_is_refunded(shop, reservation, hana):
    space = reservation.offer.space
    cancelling.cancel(space, by=hana)
    shop.pay(reservation)
    shop.deliver()
    refunding.send_due()
    reservation.refresh_from_db()
    assert (states(), shop.balance_of(reservation)) == (["refunded"] * 2, (2500, 2500))
    assert balances(space) == (0, 0, 0, 0)


def test_a_delayed_payment_that_arrives_after_the_space_is_refunded(shop, reservation, offer):
    """Without a ticket, the buyer could not come in."""
    shop.pay(reservation, card="")
    shop.deliver()
    end = timezone.now()
    Space.objects.update(state="ended", started_at=end - timedelta(hours=1), ended_at=end)
    shop.sandbox.settle(reservation.session_id)
    shop.deliver()
    refunding.send_due()
    reservation.refresh_from_db()
    offer.refresh_from_db()
    assert (states(), offer.taken) == (["refunded"] * 2, 0)
    assert shop.balance_of(reservation) == (2500, 2500)
    with time_machine.travel(end + timedelta(days=2)):
        assert (paying_out.settle(), balances(offer.space)) == (0, (0, 0, 0, 0))


def test_a_payment_after_the_seats_were_sold_is_refunded(shop, reservation, offer, iris):
    """The session has expired here, but Stripe reports days later that it was paid."""
    shop.pay(reservation)
    Reservation.objects.filter(pk=reservation.pk).update(state="expired")
    seats.free(offer.pk, 2)
    reserving.reserve(offer, iris, 3)
    shop.deliver()
    refunding.send_due()
    reservation.refresh_from_db()
    offer.refresh_from_db()
    assert (reservation.state, offer.taken) == ("late", 3)
    assert shop.balance_of(reservation) == (2500, 2500)
    assert fulfilling.apply(reserving.open_session(reservation)) == reservation
    assert Ticket.objects.count() == 2


def test_a_refund_is_repeated_with_the_same_key_until_stripe_answers(shop, paid):
    ticket = Ticket.objects.get(number=1)
    refunding.refund(ticket, Why.HOST, "We had to move")
    shop.sandbox.fail_next("POST", "/v1/refunds", Fault.TIMEOUT_AFTER, times=3)
    assert refunding.send_due() == 0
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        assert refunding.send_due() == 1
        assert refunding.send_due() == 0
    assert (shop.balance_of(paid), states()) == ((2500, 1250), ["refunded", "valid"])


def test_a_refund_whose_answer_was_lost_days_ago_is_found_at_stripe(shop, paid):
    """Stripe stores idempotency keys for only a day."""
    refunding.refund(Ticket.objects.get(number=1), Why.HOST)
    shop.sandbox.fail_next("POST", "/v1/refunds", Fault.TIMEOUT_AFTER, times=3)
    refunding.send_due()
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        assert refunding.send_due() == 1
    assert shop.balance_of(paid) == (2500, 1250)


def test_a_refund_that_stripe_refuses_is_tried_again_every_day_with_another_key(shop, paid):
    refunding.refund(Ticket.objects.get(number=1), Why.HOST)
    shop.sandbox.fail_next("POST", "/v1/refunds", Fault.REFUSED)
    assert (refunding.send_due(), Refund.objects.get().state) == (0, "failed")
    assert "makes the sandbox refuse" in Refund.objects.get().error
    with time_machine.travel(timezone.now() + timedelta(hours=23)):
        assert refunding.send_due() == 0
    with time_machine.travel(timezone.now() + timedelta(hours=25)) as traveller:
        shop.sandbox.fail_next("POST", "/v1/refunds", Fault.TIMEOUT_AFTER, times=3)
        assert (refunding.send_due(), Refund.objects.get().state) == (0, "due")
        traveller.shift(timedelta(minutes=1))
        assert refunding.send_due() == 1  # with the same key, because the answer was lost
    assert (shop.balance_of(paid), balances(paid.offer.space)) == (
        (2500, 1250),
        (-1250, 1250, 0, 0),
    )


def test_after_a_courtesy_in_stripes_dashboard_a_cancellation_refunds_the_rest(shop, paid):
    """A courtesy is a part of a payment that staff give back (docs/decisions/0032). After it,
    Stripe refuses the whole price of the second ticket, because less is left of the payment."""
    client().v1.refunds.create({"payment_intent": paid.payment_intent, "amount": 500})
    shop.deliver()
    space = paid.offer.space
    assert (states(), balances(space)) == (["valid", "valid"], (-2500, 2500, 0, 0))
    refunding.refund_all(space, Why.CANCELLED)
    assert refunding.send_due() == 1
    assert (shop.balance_of(paid), balances(space)) == ((2500, 1750), (-1250, 1250, 0, 0))
    with time_machine.travel(timezone.now() + timedelta(hours=25)) as traveller:
        shop.sandbox.fail_next("POST", "/v1/refunds", Fault.TIMEOUT_BEFORE, times=3)
        assert refunding.send_due() == 0
        traveller.shift(timedelta(minutes=1))
        assert (refunding.send_due(), refunding.send_due()) == (1, 0)
    assert (shop.balance_of(paid), balances(space)) == ((2500, 2500), (0, 0, 0, 0))
    shop.deliver()
    assert (Refund.objects.filter(state="sent").count(), balances(space)) == (2, (0, 0, 0, 0))


def test_a_later_courtesy_does_not_block_a_refund_that_was_not_answered(shop, paid):
    """The next attempt asks for another amount, so it needs another key."""
    refunding.refund_all(paid.offer.space, Why.CANCELLED)
    shop.sandbox.fail_next("POST", "/v1/refunds", Fault.TIMEOUT_BEFORE, times=6)
    assert refunding.send_due() == 0
    client().v1.refunds.create({"payment_intent": paid.payment_intent, "amount": 500})
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        assert refunding.send_due() == 2
    assert (shop.balance_of(paid), balances(paid.offer.space)) == ((2500, 2500), (0, 0, 0, 0))


def test_a_refused_refund_is_sent_under_another_key_after_the_dispute_was_won(shop, paid):
    dispute = shop.sandbox.dispute(shop.sandbox.find("charge")[0]["id"])
    refunding.refund_all(paid.offer.space, Why.HOST)
    assert refunding.send_due() == 0
    shop.sandbox.close_dispute(dispute["id"], won=True)
    shop.deliver()
    assert refunding.send_due() == 2  # Stripe would repeat its refusal of the first key
    assert shop.balance_of(paid) == (2500, 2500)


def test_staff_can_refund_at_stripe_after_the_bank_has_refused_a_refund(shop, refund_failed):
    """The list of differences advises this. The second refund fails too, but the third succeeds."""
    space = refund_failed.offer.space
    for refunds_fail in (True, False):
        client().v1.refunds.create({"payment_intent": refund_failed.payment_intent})
        shop.deliver()
        assert (Refund.objects.filter(state="sent").count(), balances(space)) == (2, (0, 0, 0, 0))
        if refunds_fail:
            shop.sandbox.fail_refund(shop.sandbox.find("refund")[0]["id"])
            shop.deliver(times=2)
            assert balances(space) == (-2500, 2500, 0, 0)
    assert shop.balance_of(refund_failed) == (2500, 2500)


def test_a_refund_at_stripe_replaces_one_that_is_due(shop, paid):
    refunding.refund(Ticket.objects.get(number=1), Why.HOST)
    client().v1.refunds.create({"payment_intent": paid.payment_intent})
    shop.deliver()
    assert refunding.send_due() == 0
    assert (states(), balances(paid.offer.space)) == (["refunded"] * 2, (0, 0, 0, 0))


def test_refunds_with_unexpected_errors_do_not_keep_others_waiting(shop, paid, monkeypatch):
    monkeypatch.setattr(refunding, "AT_ONCE", 1)
    refunding.refund_all(paid.offer.space, Why.HOST)
    first = Refund.objects.order_by("next_try_at").first()
    Ticket.objects.filter(pk=first.ticket_id).update(reservation=None)  # this can't be refunded
    assert [refunding.send_due(), refunding.send_due()] == [0, 1]


def test_a_refund_frees_the_seat(shop, paid, offer):
    refunding.refund(Ticket.objects.get(number=1), Why.BUYER)
    offer.refresh_from_db()
    assert offer.taken == 1
    assert not refunding.refund(Ticket.objects.get(number=1), Why.BUYER)


def test_a_refund_that_the_bank_refuses_is_left_to_the_staff(shop, offer, ben):
    reservation = reserving.reserve(offer, ben, 1)
    reserving.checkout_url(reservation)
    shop.pay(reservation, card="4000000000005126")
    shop.deliver()
    refunding.refund_all(offer.space, Why.STAFF)
    refunding.send_due()
    shop.sandbox.fail_refund(shop.sandbox.find("refund")[0]["id"])
    shop.deliver()
    assert Refund.objects.get().state == "failed"
    assert balances(offer.space) == (-1250, 1250, 0, 0)


def test_a_refund_made_in_stripes_dashboard_is_adopted(shop, paid):
    client().v1.refunds.create({"payment_intent": paid.payment_intent})
    shop.deliver()
    assert states() == ["refunded", "refunded"]
    assert balances(paid.offer.space) == (0, 0, 0, 0)


@pytest.mark.parametrize("parts", [[2500], [1250, 1250], [1000, 1500]])
def test_a_refund_from_stripes_dashboard_that_fails_concerns_all_tickets_that_it_covered(
    shop, paid, parts
):
    for part in parts:
        client().v1.refunds.create({"payment_intent": paid.payment_intent, "amount": part})
    shop.deliver()
    for refund in shop.sandbox.find("refund"):
        shop.sandbox.fail_refund(refund["id"])
    shop.deliver(times=2)
    assert [each.state for each in Refund.objects.all()] == ["failed", "failed"]
    assert shop.balance_of(paid) == (2500, 0)
    assert balances(paid.offer.space) == (-2500, 2500, 0, 0)


def test_one_of_two_refunds_from_stripes_dashboard_fails(shop, paid):
    for _ in range(2):
        client().v1.refunds.create({"payment_intent": paid.payment_intent, "amount": 1250})
    shop.deliver()
    shop.sandbox.fail_refund(shop.sandbox.find("refund")[0]["id"])
    shop.deliver()
    assert sorted(each.state for each in Refund.objects.all()) == ["failed", "sent"]
    assert shop.balance_of(paid) == (2500, 1250)
    assert balances(paid.offer.space) == (-1250, 1250, 0, 0)


def test_a_refund_that_failed_before_its_answer_arrived_is_left_to_the_staff(shop, paid):
    """The answer was lost, and the request is not repeated before the bank refuses the refund."""
    refunding.refund(Ticket.objects.get(number=1), Why.STAFF)
    shop.sandbox.fail_next("POST", "/v1/refunds", Fault.TIMEOUT_AFTER, times=3)
    refunding.send_due()
    created = [each.id for each in shop.sandbox.deliveries()]
    shop.sandbox.fail_refund(shop.sandbox.find("refund")[0]["id"])
    for delivery in shop.sandbox.deliveries():
        if delivery.id not in created:  # the event of the failure comes first
            assert shop.post(delivery).status_code == 204
    assert Refund.objects.get().state == "failed"
    assert balances(paid.offer.space) == (-2500, 2500, 0, 0)


def test_a_refund_in_stripes_dashboard_takes_a_transferred_share_back(shop, ended):
    paying_out.settle()
    paying_out.send_due()
    intent = shop.sandbox.find("payment_intent")[0]["id"]
    client().v1.refunds.create({"payment_intent": intent})
    shop.deliver(times=2)
    assert (states(), balances(ended)) == (["refunded", "refunded"], (0, 0, 0, 0))
    assert shop.sandbox.find("transfer")[0]["amount_reversed"] == 2250


def test_a_payment_without_a_payment_intent_changes_no_ticket(ben):
    """Another shop of the same account at Stripe may use charges without a payment intent."""
    ticket = make_ticket(ben)  # whose reservation has no payment intent
    events.handle(Event("evt_1", "charge.refunded", "ch_1", "", is_live=False, account=""))
    fulfilling.fulfil_payment("")
    disputing.open_dispute(Dispute("dp_1", "", "needs_response", 1250))
    refunding.adopt("", [Refunded("re_1", "succeeded", 1250)])
    ticket.refresh_from_db()
    assert ticket.state == "valid"


def test_a_session_of_another_shop_is_ignored(shop, paid):
    session = checkout.read(paid.session_id)
    for named in ("", "order 12", "x" * 36):
        assert fulfilling.apply(replace(session, reservation=named)) is None


def test_a_buyer_gets_the_money_even_if_the_host_has_spent_the_share(shop, paid, ended):
    paying_out.settle()
    paying_out.send_due()
    shop.sandbox.pay_out(HostAccount.objects.get().stripe_id)
    refunding.refund_all(ended, Why.STAFF)
    assert refunding.send_due() == 2
    assert shop.balance_of(paid) == (2500, 2500)
    assert balances(ended) == (0, -2250 - 250, 2250, 250)
    assert taking_back.take_back_left() == 0


def test_the_host_repays_a_share_after_a_day_at_the_latest(shop, ended, account):
    paying_out.settle()
    paying_out.send_due()
    shop.sandbox.pay_out(account.stripe_id)
    refunding.refund_all(ended, Why.STAFF)
    refunding.send_due()
    shop.add_money(2250, account.stripe_id)  # the host has sold more
    with time_machine.travel(timezone.now() + timedelta(hours=25)) as traveller:
        shop.sandbox.fail_next("POST", "/v1/transfers/*", Fault.TIMEOUT_AFTER, times=3)
        assert taking_back.take_back_left() == 1  # the answer about the other ticket was lost
        traveller.shift(timedelta(days=3))
        assert taking_back.take_back_left() == 1
    assert shop.sandbox.find("transfer")[0]["amount_reversed"] == 2250
    assert (balances(ended), Transfer.objects.get().reversed) == ((0, 0, 0, 0), 2250)


def test_a_refund_that_a_dispute_stopped_is_paid_after_the_dispute_was_won(shop, paid):
    refunding.refund_all(paid.offer.space, Why.HOST)
    dispute = shop.sandbox.dispute(shop.sandbox.find("charge")[0]["id"])
    shop.deliver()
    shop.sandbox.close_dispute(dispute["id"], won=True)
    shop.deliver()
    assert states() == ["refunded"] * 2
    refunding.send_due()
    assert (shop.balance_of(paid), balances(paid.offer.space)) == ((2500, 2500), (0, 0, 0, 0))


@pytest.fixture
def refund_failed(shop, paid):
    """The bank has refused the refunds of Ben's two tickets, so the money came back."""
    refunding.refund_all(paid.offer.space, Why.HOST)
    refunding.send_due()
    shop.deliver()
    for refund in shop.sandbox.find("refund"):
        shop.sandbox.fail_refund(refund["id"])
    return paid


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


def test_a_space_that_was_too_short_is_refunded(shop, ended):
    Space.objects.filter(pk=ended.pk).update(ended_at=ended.started_at + timedelta(minutes=4))
    paying_out.settle()
    refunding.send_due()
    assert (states(), Transfer.objects.count()) == (["refunded"] * 2, 0)
    assert balances(ended) == (0, 0, 0, 0)


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


def test_a_no_show_refunds_everyone(shop, paid, django_capture_on_commit_callbacks):
    space = paid.offer.space
    with time_machine.travel(space.starts_at + timedelta(minutes=31)):
        with django_capture_on_commit_callbacks(execute=True):
            assert cancelling.cancel_no_shows() == 1
        refunding.send_due()
    assert shop.balance_of(paid) == (2500, 2500)


def test_tickets_admit_people_when_the_space_starts(shop, paid, hana, ben, iris):
    space = paid.offer.space
    with time_machine.travel(space.starts_at):
        starting.go_live(space, by=hana)
    refused = admission.refusal_of(space, Viewer(user=iris))
    assert refused is not None
    assert refused.code == "needs_ticket"
    assert admission.refusal_of(space, Viewer(user=ben)) is None
    assert admission.refusal_of(space, Viewer(user=hana)) is None
    everyone = {space.pk: [hana.pk, ben.pk, iris.pk]}
    assert without_ticket(everyone) == {space.pk: {iris.pk}}
    refunding.refund(Ticket.objects.get(holder=ben), Why.HOST)
    assert without_ticket(everyone) == {space.pk: {ben.pk, iris.pk}}


def test_a_host_is_notified_that_the_bank_refused_a_payout(shop, ended, account, hana):
    paying_out.settle()
    paying_out.send_due()
    (payout,) = shop.sandbox.pay_out(account.stripe_id)
    shop.sandbox.fail_payout(payout["id"])
    shop.deliver(times=2)
    (notification,) = hana.notifications.filter(kind="payout_failed")
    assert "Your bank refused a payout" in notification.text
