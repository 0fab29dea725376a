"""Refunds: the ledger, the tickets and Stripe agree."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from billing import events, seats
from billing.actions import (
    disputing,
    fulfilling,
    paying_out,
    refunding,
    reserving,
    taking_back,
)
from billing.admission import without_ticket
from billing.models import HostAccount, Refund, Reservation, Ticket, Transfer
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
from tests.billing.actions.results import balances, states
from tests.billing.rows import make_ticket

pytestmark = pytest.mark.django_db


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


def test_a_space_that_was_too_short_is_refunded(shop, ended):
    Space.objects.filter(pk=ended.pk).update(ended_at=ended.started_at + timedelta(minutes=4))
    paying_out.settle()
    refunding.send_due()
    assert (states(), Transfer.objects.count()) == (["refunded"] * 2, 0)
    assert balances(ended) == (0, 0, 0, 0)


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
