"""The comparison with Stripe finds what webhooks and the sweeper missed, and repairs it."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.utils import timezone

from billing import ledger, reconciliation
from billing.actions import paying_out, refunding, reserving
from billing.models import Difference, Refund, Reservation, Ticket, Transfer
from billing.models.refund import Why
from billing.sandbox.faults import Fault
from billing.stripe.client import StripeRefused, StripeUnavailable, client
from spaces.models import Space
from tests.billing.shop import Shop
from tests.factories import make_user, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def later():
    """Travel to 45 minutes from now, when no payment is being processed any more."""
    with time_machine.travel(timezone.now() + timedelta(minutes=45)) as traveller:
        yield traveller


def compare():
    return [(each.kind, bool(each.obstacle)) for each in reconciliation.compare()]


def end(space):
    """End a Space, as if it had run for an hour, two days ago."""
    start = timezone.now() - timedelta(days=2)
    Space.objects.filter(pk=space.pk).update(
        state="ended", started_at=start, ended_at=start + timedelta(hours=1)
    )


def repair_all():
    for difference in Difference.objects.all():
        reconciliation.repair(difference)


def states():
    return {ticket.state for ticket in Ticket.objects.all()}


def test_nothing_differs_after_a_sale(shop, reservation):
    shop.pay(reservation)
    shop.deliver()
    with time_machine.travel(timezone.now() + timedelta(minutes=45)):
        assert compare() == []


def test_a_payment_whose_webhook_was_lost_is_fulfilled(shop, reservation):
    shop.pay(reservation)
    Reservation.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    assert compare() == [("unfulfilled", False)]
    repair_all()
    assert (states(), compare()) == ({"valid"}, [])


def test_seats_that_are_held_too_long_are_freed(shop, reservation, offer, later):
    assert compare() == [("held_too_long", False)]
    repair_all()
    offer.refresh_from_db()
    assert (offer.taken, compare()) == (0, [])


def test_a_delayed_payment_that_has_failed_holds_no_seats(shop, reservation, offer):
    shop.pay(reservation, card="")
    shop.deliver()
    with time_machine.travel(timezone.now() + timedelta(minutes=45)):
        assert compare() == []  # the payment is on its way
        shop.sandbox.settle(reservation.session_id, succeeded=False)
        assert compare() == [("held_too_long", False)]
        repair_all()
        offer.refresh_from_db()
        assert (offer.taken, compare()) == (0, [])


@pytest.mark.parametrize("state", ["held", "pending"])
def test_seats_of_a_session_that_stripe_does_not_know_are_freed_if_staff_confirm(
    shop, reservation, offer, later, state
):
    Reservation.objects.update(session_id="cs_gone", state=state)
    assert compare() == [("unknown_session", False)]
    repair_all()
    offer.refresh_from_db()
    assert (offer.taken, compare()) == (0, [])


def test_a_session_that_stripe_knows_again_is_not_treated_as_unknown(shop, reservation, later):
    session_id = reservation.session_id
    Reservation.objects.update(session_id="cs_gone")
    compare()
    Reservation.objects.update(session_id=session_id, state="pending")
    with pytest.raises(ValueError, match="Stripe knows"):
        repair_all()
    reservation.refresh_from_db()
    assert reservation.state == "pending"


def test_a_payment_of_another_amount_is_left_to_the_staff(shop, reservation):
    shop.pay(reservation)
    Reservation.objects.update(unit_price=1)
    assert compare() == [("wrong_amount", True)]
    with pytest.raises(ValueError, match="Refund it at Stripe"):
        repair_all()


def test_a_payment_that_belongs_to_no_reservation_is_listed(shop, reservation):
    other = reserving.checkout.create(
        reservation="somebody else's",
        title="Another shop",
        unit_amount=500,
        currency="eur",
        quantity=1,
        expires_at=timezone.now() + timedelta(minutes=31),
        transfer_group="another",
        success_url="https://shop.example/",
        cancel_url="https://shop.example/",
    )
    shop.sandbox.pay(other.id)
    assert compare() == [("unknown_payment", True)]


def test_a_refund_and_a_dispute_whose_events_were_lost_are_applied(shop, offer, ben, iris):
    for person in (ben, iris):
        reservation = reserving.reserve(offer, person, 1)
        reserving.checkout_url(reservation)
        shop.pay(reservation)
        shop.deliver()
    first, second = Reservation.objects.order_by("created_at")
    client().v1.refunds.create({"payment_intent": first.payment_intent})
    (charge,) = shop.sandbox.find("charge", payment_intent=second.payment_intent)
    shop.sandbox.dispute(charge["id"])
    assert sorted(compare()) == [("dispute", False), ("refund", False)]
    repair_all()
    assert (states(), compare()) == ({"refunded", "disputed"}, [])


def test_a_failed_refund_is_left_to_the_staff(shop, offer, ben):
    reservation = reserving.reserve(offer, ben, 1)
    reserving.checkout_url(reservation)
    shop.pay(reservation, card="4000000000005126")
    shop.deliver()
    refunding.refund_all(offer.space, Why.STAFF)
    refunding.send_due()
    shop.sandbox.fail_refund(shop.sandbox.find("refund")[0]["id"])
    shop.deliver()
    assert compare() == [("failed_refund", True)]


def test_staff_can_resend_a_refund_that_stripe_refused(shop, offer, reservation):
    shop.pay(reservation)
    shop.deliver()
    refunding.refund(Ticket.objects.get(number=1), Why.STAFF)
    shop.sandbox.fail_next("POST", "/v1/refunds", Fault.REFUSED, times=2)
    refunding.send_due()
    assert compare() == [("failed_refund", False)]
    (difference,) = Difference.objects.all()
    with pytest.raises(StripeRefused):
        reconciliation.repair(difference)
    assert compare() == [("failed_refund", False)]
    reconciliation.repair(difference)
    assert (Refund.objects.get().state, compare()) == ("sent", [])
    refunding.send_again(Refund.objects.get().pk)
    assert len(shop.sandbox.find("refund")) == 1


def test_a_dispute_after_a_failed_refund_is_found_and_recorded(shop, offer, reservation):
    shop.pay(reservation)
    shop.deliver()
    refunding.refund_all(offer.space, Why.STAFF)
    refunding.send_due()
    for refund in shop.sandbox.find("refund"):
        shop.sandbox.fail_refund(refund["id"])
    shop.deliver()
    shop.sandbox.dispute(shop.sandbox.find("charge")[0]["id"])  # and the webhook does not arrive
    assert sorted(compare()) == [("dispute", False), *[("failed_refund", True)] * 2]
    reconciliation.repair(Difference.objects.get(kind="dispute"))
    assert (states(), compare()) == ({"disputed"}, [])
    assert set(ledger.balances(offer.space).values()) == {0}


def test_a_refund_is_marked_as_failed_even_if_the_event_of_its_failure_was_lost(shop, reservation):
    shop.pay(reservation)
    shop.deliver()
    reservation.refresh_from_db()
    client().v1.refunds.create({"payment_intent": reservation.payment_intent})
    shop.deliver()
    shop.sandbox.fail_refund(
        shop.sandbox.find("refund")[0]["id"]
    )  # and the webhook does not arrive
    assert compare() == [("refund", False)]
    repair_all()
    assert compare() == [("failed_refund", True)] * 2


def test_a_refund_of_a_part_of_a_payment_is_listed_with_the_reason(shop, reservation):
    shop.pay(reservation)
    shop.deliver()
    reservation.refresh_from_db()
    client().v1.refunds.create({"payment_intent": reservation.payment_intent, "amount": 500})
    shop.deliver()
    assert (compare(), states()) == ([("refund", True)], {"valid"})
    assert "names no ticket" in Difference.objects.get().obstacle


def test_staff_can_resend_a_transfer_that_stripe_refused(shop, offer, account, reservation):
    shop.pay(reservation)
    shop.deliver()
    end(offer.space)
    shop.sandbox.reject(account.stripe_id)
    paying_out.settle()
    paying_out.send_due()
    assert compare() == [("failed_transfer", False)]
    (difference,) = Difference.objects.all()
    assert "€22.50 to @hana: Your destination account needs" in difference.details
    with pytest.raises(StripeRefused):
        reconciliation.repair(difference)
    shop.sandbox.accept(account.stripe_id)
    reconciliation.repair(difference)
    assert (Transfer.objects.get().state, compare()) == ("sent", [])
    paying_out.send_again(Transfer.objects.get().pk)
    assert len(shop.sandbox.find("transfer")) == 1


def test_a_transfer_that_waits_for_weeks_is_listed(shop, offer, reservation):
    shop.pay(reservation)
    shop.deliver()
    end(offer.space)
    shop.add_money(-2500)  # e.g. paid out to the bank of the people who run this site
    paying_out.settle()
    paying_out.send_due()
    assert compare() == []
    with time_machine.travel(timezone.now() + timedelta(days=15)):
        assert compare() == [("failed_transfer", False)]


def test_a_transfer_of_another_amount_is_listed(shop, offer, account, reservation):
    shop.pay(reservation, card="4000000000000077")
    shop.deliver()
    Transfer.objects.create(space=offer.space, amount=1125, fees=125, currency="eur", state="sent")
    stripe_id = client().v1.transfers.create(
        {"amount": 1000, "currency": "eur", "destination": account.stripe_id}
    )
    Transfer.objects.update(stripe_id=stripe_id.id)
    assert compare() == [("transfer", True)]


def test_what_stripe_does_not_know_is_listed_with_the_reason(shop, connect, account, offer, ben):
    """The staff have entered the key of another account."""
    reservation = reserving.reserve(offer, ben, 2)
    reserving.checkout_url(reservation)
    shop.pay(reservation)
    shop.deliver()
    refunding.refund(Ticket.objects.get(number=1), Why.STAFF)
    refunding.send_due()
    end(offer.space)
    paying_out.settle()
    paying_out.send_due()
    shop.sandbox.dispute(shop.sandbox.find("charge")[0]["id"])
    shop.deliver()
    with time_machine.travel(timezone.now() + timedelta(minutes=45)):
        assert compare() == []
        connect(Shop())
        assert compare() == [("not_at_stripe", True)] * 4
    assert sorted(each.details.split()[5] for each in Difference.objects.all()) == [
        "dispute",
        "payment",
        "refund",
        "transfer",
    ]


def test_a_comparison_that_fails_changes_nothing(shop, reservation, later):
    compare()
    shop.sandbox.fail_next("GET", "/v1/disputes", Fault.ERROR, times=3)
    Reservation.objects.update(state="expired")
    with pytest.raises(StripeUnavailable):
        reconciliation.compare()
    assert Difference.objects.count() == 1


def test_staff_compare_on_demand_in_the_admin(shop, reservation, later):
    staff = signed_in(make_user(is_staff=True, is_superuser=True))
    assert "Compare with Stripe now" in staff.get("/admin/billing/difference/").text
    assert staff.get("/admin/billing/difference/compare/").status_code == 405
    page = staff.post("/admin/billing/difference/compare/", follow=True)
    assert ("Differences: 1" in page.text, Difference.objects.get().kind) == (True, "held_too_long")
    shop.sandbox.fail_next("GET", "/v1/disputes", Fault.ERROR, times=3)
    assert "APIError" in staff.post("/admin/billing/difference/compare/", follow=True).text


def test_staff_without_the_right_to_decide_cannot_compare(shop, reservation, later):
    moderator = make_user(is_staff=True)
    moderator.user_permissions.add(Permission.objects.get(codename="view_difference"))
    answer = signed_in(moderator).post("/admin/billing/difference/compare/")
    assert (answer.status_code, Difference.objects.count()) == (403, 0)


def test_staff_confirm_a_repair_in_the_admin(shop, reservation, offer, later):
    compare()
    staff = signed_in(make_user(is_staff=True, is_superuser=True))
    form = {"action": "repair", "_selected_action": [Difference.objects.get().pk]}
    page = staff.post("/admin/billing/difference/", form, follow=True)
    offer.refresh_from_db()
    assert (offer.taken, "Repaired: 1" in page.text) == (0, True)
