"""A ticket comes with a reminder of its Space, which its holder may unset."""

import pytest
import time_machine

from accounts.blocking import block
from billing.actions import claiming, disputing, guest_passes, refunding, reserving
from billing.models import Ticket
from billing.models.refund import Why
from billing.stripe.disputes import Dispute
from scheduling.actions import cancelling, reminders, starting
from scheduling.models import Reminder, Schedule

pytestmark = pytest.mark.django_db


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    """Return a function that opens a context; when it ends, the on_commit callbacks run."""

    def commit():
        return django_capture_on_commit_callbacks(execute=True)

    return commit


@pytest.fixture
def bought(shop, reservation, commit):
    """Ben has paid for two tickets: his own, and one to give away."""
    shop.pay(reservation)
    with commit():
        shop.deliver()
    return list(Ticket.objects.order_by("number"))


def reminded():
    """Return the handles of the people with a reminder; check that the schedule's count agrees."""
    people = sorted(each.user.handle for each in Reminder.objects.select_related("user"))
    assert Schedule.objects.get().reminder_count == len(people)
    return people


def refund(ticket, commit):
    with commit():
        refunding.refund(ticket, Why.HOST)


def test_buying_a_ticket_sets_a_reminder(bought):
    assert reminded() == ["ben"]


def test_an_event_that_is_repeated_does_not_set_a_reminder_that_was_unset(
    bought, planned, ben, shop, commit
):
    reminders.unset_reminder(planned, user=ben)
    for event in shop.sandbox.find("event"):
        shop.sandbox.resend(event["id"])
    with commit():
        assert set(shop.deliver(times=2)) == {204}
    assert reminded() == []


def test_a_second_purchase_for_others_does_not_set_the_reminder_again(
    bought, offer, ben, shop, commit
):
    reminders.unset_reminder(offer.space, user=ben)
    second = reserving.reserve(offer, ben, 1)
    reserving.checkout_url(second)
    shop.pay(second)
    with commit():
        shop.deliver()
    assert (Ticket.objects.filter(holder=None).count(), reminded()) == (2, [])


def test_taking_a_gift_sets_a_reminder_once(bought, planned, iris, commit):
    for expected in (["ben", "iris"], ["ben"]):
        with commit():
            claiming.claim(bought[1], by=iris)
        assert reminded() == expected
        reminders.unset_reminder(planned, user=iris)


def test_a_guest_pass_sets_a_reminder(offer, hana, iris, commit):
    with commit():
        claiming.claim(guest_passes.create(offer, by=hana), by=iris)
    assert reminded() == ["iris"]


def test_a_refund_removes_the_reminder(bought, commit):
    refund(bought[0], commit)
    assert reminded() == []


def test_a_dispute_removes_the_reminder(bought, reservation, commit):
    reservation.refresh_from_db()
    with commit():
        disputing.open_dispute(
            Dispute("dp_1", reservation.payment_intent, "needs_response", reservation.total)
        )
    assert reminded() == []


def test_after_a_refund_a_person_keeps_the_reminder_that_they_set(
    planned, ben, reservation, shop, commit
):
    reminders.set_reminder(planned, user=ben)
    shop.pay(reservation)
    with commit():
        shop.deliver()
    refund(Ticket.objects.get(holder=ben), commit)
    assert reminded() == ["ben"]


def test_a_person_with_another_ticket_keeps_the_reminder(bought, ben, commit):
    with commit():
        refunding.refund(bought[0], Why.HOST)
        claiming.claim(bought[1], by=ben)
    assert reminded() == ["ben"]


def test_a_cancelled_space_keeps_its_reminders_so_that_people_are_notified(
    bought, planned, hana, commit
):
    with commit():
        cancelling.cancel(planned, by=hana)
    assert (Ticket.objects.get(holder__handle="ben").state, reminded()) == ("refunded", ["ben"])


def test_a_ticket_for_a_live_space_sets_no_reminder(planned, hana, shop, reservation, commit):
    shop.pay(reservation)
    with time_machine.travel(planned.starts_at):
        starting.go_live(planned, by=hana)
        with commit():
            shop.deliver()
    assert (Ticket.objects.count(), reminded()) == (2, [])


def test_people_whom_the_host_blocks_before_they_have_paid_are_not_reminded(
    shop, reservation, hana, ben, commit
):
    block(blocker=hana, blocked=ben)
    shop.pay(reservation)
    with commit():
        shop.deliver()
    assert (Ticket.objects.count(), reminded()) == (2, [])
