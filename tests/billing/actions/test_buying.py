"""From a reservation to tickets: seats, the payment, and the webhook."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.blocking import block
from accounts.models import User
from billing import ledger
from billing.actions import discounting, expiring, offering, reserving
from billing.actions.discounting import Discount
from billing.actions.offering import Terms
from billing.models import Offer, Reservation, Ticket
from billing.models.ledger import Account
from billing.refusals import NotOnSale, SoldOut
from billing.sandbox.faults import Fault
from billing.stripe.client import StripeUnavailable
from scheduling.actions import cohosts
from spaces.models import Space
from tests.factories import make_user

pytestmark = pytest.mark.django_db
SESSIONS = "/v1/checkout/sessions"


def taken(offer):
    offer.refresh_from_db()
    return offer.taken


def state_of(reservation):
    reservation.refresh_from_db()
    return reservation.state


def fresh(reservation):
    return Reservation.objects.select_related("offer__space").get(pk=reservation.pk)


def test_a_reservation_holds_seats_and_leads_to_the_checkout(shop, offer, ben):
    reservation = reserving.reserve(offer, ben, 2)
    url = reserving.checkout_url(reservation)
    session = shop.sandbox.find("checkout.session")[0]
    assert (taken(offer), url) == (2, session["url"])
    assert (session["amount_total"], session["currency"]) == (2500, "eur")
    assert session["client_reference_id"] == str(reservation.pk)


def test_a_second_tap_returns_to_the_same_checkout(shop, offer, ben):
    first = reserving.checkout_url(reserving.reserve(offer, ben, 1))
    second = reserving.checkout_url(reserving.reserve(offer, ben, 3))
    assert (first, taken(offer)) == (second, 1)
    assert len(shop.sandbox.find("checkout.session")) == 1


def test_a_second_tap_after_a_wrong_amount_was_paid_leads_to_the_purchase(shop, offer, ben):
    reservation = reserving.reserve(offer, ben, 1)
    reserving.checkout_url(reservation)
    shop.pay(reservation)
    Reservation.objects.update(unit_price=reservation.unit_price + 1)
    url = reserving.checkout_url(reserving.reserve(offer, ben, 1))
    assert url == reverse("billing:bought", args=[reservation.pk])
    assert state_of(reservation) == Reservation.State.HELD


def test_no_more_seats_can_be_held_than_are_left(offer, ben, iris):
    reserving.reserve(offer, ben, 2)
    with pytest.raises(SoldOut) as refused:
        reserving.reserve(offer, iris, 2)
    assert (refused.value.left, taken(offer)) == (1, 2)


def test_people_who_come_too_late_are_refused_after_three_queries(
    offer, ben, iris, django_assert_num_queries
):
    """The queries: are seats left, does she have a reservation, and is a seat offered to her?"""
    reserving.reserve(offer, ben, 3)
    offer = Offer.objects.select_related("space__host").get()
    with django_assert_num_queries(3), pytest.raises(SoldOut):
        reserving.reserve(offer, iris, 1)


def test_seats_that_were_freed_since_the_page_was_read_are_sold(shop, offer, ben, iris):
    reservation = reserving.reserve(offer, ben, 3)
    offer.refresh_from_db()
    expiring.release(fresh(reservation))
    assert reserving.reserve(offer, iris, 1).quantity == 1


def test_the_host_and_blocked_people_cannot_buy(offer, hana, ben):
    block(blocker=hana, blocked=ben)
    for person in (hana, ben):
        with pytest.raises(NotOnSale):
            reserving.reserve(offer, person, 1)
    assert taken(offer) == 0


def test_nothing_is_sold_before_stripe_can_pay_the_host(offer, account, ben):
    account.payouts_enabled = False
    account.save()
    with pytest.raises(NotOnSale):
        reserving.reserve(offer, ben, 1)


def test_the_webhook_turns_a_payment_into_tickets(shop, reservation, offer, ben):
    shop.pay(reservation)
    assert set(shop.deliver()) == {204}
    tickets = Ticket.objects.order_by("number")
    assert state_of(reservation) == "paid"
    assert [(each.holder, each.price, each.state) for each in tickets] == [
        (ben, 1250, "valid"),
        (None, 1250, "valid"),
    ]
    balances = ledger.balances(offer.space)
    assert (balances[Account.BUYERS], balances[Account.HELD]) == (-2500, 2500)


@pytest.fixture
def cohost(planned, hana):
    coco = make_user("coco")
    cohosts.invite(planned, by=hana, user=coco)
    cohosts.accept(planned, user=coco)
    return coco


def test_people_who_come_in_free_buy_for_others(shop, offer, cohost):
    reservation = reserving.reserve(offer, cohost, 2)
    reserving.checkout_url(reservation)
    shop.pay(reservation)
    shop.deliver()
    assert [ticket.holder for ticket in Ticket.objects.all()] == [None, None]


def test_free_tickets_of_people_who_come_in_free_are_for_others(offer, hana, cohost):
    discounting.create(offer, hana, Discount("FREE", percent=100))
    reserving.reserve(offer, cohost, 1, code="FREE")
    assert Ticket.objects.get().holder is None


def test_the_same_event_ten_times_has_one_effect(shop, reservation):
    shop.pay(reservation)
    assert set(shop.deliver(times=10)) == {204}
    assert Ticket.objects.count() == 2


def test_a_price_that_changes_during_the_checkout_does_not_change_the_purchase(
    shop, reservation, offer, hana
):
    offering.offer_tickets(offer.space, hana, Terms("eur", 9900, 3))
    shop.pay(reservation)
    shop.deliver()
    assert {ticket.price for ticket in Ticket.objects.all()} == {1250}


def test_an_abandoned_checkout_frees_its_seats(shop, reservation, offer):
    with time_machine.travel(timezone.now() + timedelta(minutes=32)):
        assert expiring.expire_due() == 1
        assert (state_of(reservation), taken(offer)) == ("expired", 0)
        shop.deliver()
    assert (state_of(reservation), taken(offer)) == ("expired", 0)


def test_seats_stay_held_while_stripe_does_not_answer(shop, reservation, offer):
    shop.sandbox.fail_next("GET", f"{SESSIONS}/*", Fault.ERROR, times=3)
    with time_machine.travel(timezone.now() + timedelta(minutes=32)) as traveller:
        expiring.expire_due()
        assert (state_of(reservation), taken(offer)) == ("held", 2)
        traveller.shift(timedelta(seconds=15))
        expiring.expire_due()
    assert (state_of(reservation), taken(offer)) == ("expired", 0)


def test_the_sweeper_fulfils_a_last_second_payment(shop, reservation, offer):
    """Stripe has the payment, but the webhook has not arrived when the sweeper runs."""
    shop.pay(reservation)
    with time_machine.travel(timezone.now() + timedelta(minutes=32)):
        expiring.expire_due()
    assert (state_of(reservation), taken(offer), Ticket.objects.count()) == ("paid", 2, 2)


@pytest.fixture
def stuck(offer):
    """As many expired reservations as one sweep handles; Stripe does not know their sessions."""
    buyers = User.objects.bulk_create(
        User(handle=f"stuck{number}", name="Stuck") for number in range(expiring.AT_ONCE)
    )
    Offer.objects.update(quantity=200, taken=len(buyers))
    an_hour_ago = timezone.now() - timedelta(hours=1)
    return Reservation.objects.bulk_create(
        Reservation(
            offer=offer,
            buyer=buyer,
            quantity=1,
            unit_price=1250,
            currency="eur",
            fee_rate=1000,
            created_at=an_hour_ago,
            expires_at=an_hour_ago,
            session_id=f"cs_gone_{buyer.pk}",
        )
        for buyer in buyers
    )


def test_reservations_that_are_stuck_do_not_keep_others_from_expiring(shop, stuck, offer, ben):
    offer.refresh_from_db()
    reservation = reserving.reserve(offer, ben, 1)
    reserving.checkout_url(reservation)
    with time_machine.travel(timezone.now() + timedelta(minutes=32)) as traveller:
        expiring.expire_due()
        traveller.shift(timedelta(seconds=10))  # the next sweep
        expiring.expire_due()
    assert (state_of(reservation), taken(offer)) == ("expired", len(stuck))


def test_a_session_that_stripe_does_not_know_leaves_the_seats_held_and_is_not_counted(
    shop, reservation, offer
):
    Reservation.objects.update(session_id="cs_gone")
    with time_machine.travel(timezone.now() + timedelta(minutes=32)):
        assert expiring.expire_due() == 0
    assert (state_of(reservation), taken(offer)) == ("held", 2)


def test_the_pauses_between_attempts_to_finish_a_stuck_reservation_grow(shop, reservation):
    Reservation.objects.update(session_id="cs_gone")
    looks = 0
    with time_machine.travel(timezone.now() + timedelta(minutes=32)) as traveller:
        for _ in range(60):  # ten minutes of sweeps
            before = len(shop.http.calls)
            expiring.expire_due()
            looks += len(shop.http.calls) > before
            traveller.shift(timedelta(seconds=10))
    assert 3 <= looks <= 7


def test_a_release_first_expires_the_session_at_stripe(shop, reservation, offer):
    expiring.release(reservation)
    assert (state_of(reservation), taken(offer)) == ("expired", 0)
    assert shop.sandbox.find("checkout.session")[0]["status"] == "expired"


def test_a_lost_answer_does_not_lead_to_a_second_session(shop, offer, ben):
    shop.sandbox.fail_next("POST", SESSIONS, Fault.TIMEOUT_AFTER, times=3)
    reservation = reserving.reserve(offer, ben, 1)
    with pytest.raises(reserving.CheckoutUnavailable):
        reserving.checkout_url(reservation)
    reserving.checkout_url(Reservation.objects.get())
    assert len(shop.sandbox.find("checkout.session")) == 1


def test_a_session_whose_answer_was_lost_is_found_although_the_title_has_changed(shop, offer, ben):
    shop.sandbox.fail_next("POST", SESSIONS, Fault.TIMEOUT_AFTER, times=3)
    reservation = reserving.reserve(offer, ben, 1)
    with pytest.raises(reserving.CheckoutUnavailable):
        reserving.checkout_url(reservation)
    Space.objects.update(title="Snow")
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        reserving.checkout_url(fresh(reservation))
    assert len(shop.sandbox.find("checkout.session")) == 1


def test_a_session_that_stripe_could_not_create_is_created_minutes_later_with_a_full_hold(
    shop, offer, ben
):
    shop.sandbox.fail_next("POST", SESSIONS, Fault.TIMEOUT_BEFORE, times=3)
    reservation = reserving.reserve(offer, ben, 1)
    with pytest.raises(reserving.CheckoutUnavailable):
        reserving.checkout_url(reservation)
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        url = reserving.checkout_url(fresh(reservation))
        assert fresh(reservation).expires_at > timezone.now() + timedelta(minutes=30)
    (session,) = shop.sandbox.find("checkout.session")
    assert (session["url"], session["expires_at"]) == (
        url,
        int(fresh(reservation).expires_at.timestamp()),
    )
    with time_machine.travel(timezone.now() + timedelta(minutes=32)):
        assert expiring.expire_due() == 0  # this is within the new hold
        shop.pay(reservation)
        shop.deliver()
    assert (state_of(reservation), taken(offer), Ticket.objects.count()) == ("paid", 1, 1)


def test_a_lost_answer_does_not_lead_to_a_second_session_days_later(shop, offer, ben):
    """By then, Stripe has forgotten the idempotency key of the first session."""
    shop.sandbox.fail_next("POST", SESSIONS, Fault.TIMEOUT_AFTER, times=3)
    reservation = reserving.reserve(offer, ben, 1)
    with pytest.raises(reserving.CheckoutUnavailable):
        reserving.checkout_url(reservation)
    with time_machine.travel(timezone.now() + timedelta(days=2)), pytest.raises(NotOnSale):
        reserving.checkout_url(Reservation.objects.get())
    assert len(shop.sandbox.find("checkout.session")) == 1


def test_seats_that_another_tap_has_just_held_longer_are_not_freed(shop, offer, ben):
    """The sweeper asks Stripe for a session that ends at the old time, and Stripe refuses."""
    stale = reserving.reserve(offer, ben, 1)
    with time_machine.travel(timezone.now() + timedelta(minutes=32)):
        Reservation.objects.update(expires_at=timezone.now() + reserving.HOLD)
        expiring.release(stale)
        assert (state_of(stale), taken(offer)) == ("held", 1)
        assert reserving.checkout_url(fresh(stale)).startswith(shop.sandbox.state.url)


def test_the_end_of_another_session_frees_no_seats(shop, reservation, offer):
    other = reserving.checkout.create(
        reservation=str(reservation.pk),
        title="Ticket: Rain",
        unit_amount=1250,
        currency="eur",
        quantity=2,
        expires_at=timezone.now() + timedelta(minutes=45),
        transfer_group="another",
        success_url="https://shop.example/",
        cancel_url="https://shop.example/",
    )
    assert other.id != reservation.session_id
    reserving.checkout.expire(other.id)
    shop.deliver()
    assert (state_of(reservation), taken(offer)) == ("held", 2)


def test_a_reservation_whose_session_was_never_created_expires(shop, offer, ben):
    shop.sandbox.fail_next("POST", SESSIONS, Fault.TIMEOUT_BEFORE, times=3)
    reservation = reserving.reserve(offer, ben, 1)
    with pytest.raises(reserving.CheckoutUnavailable):
        reserving.checkout_url(reservation)
    with time_machine.travel(timezone.now() + timedelta(minutes=32)):
        expiring.expire_due()
    assert (state_of(reservation), taken(offer)) == ("expired", 0)


def test_a_session_whose_answer_was_lost_and_that_was_paid_is_fulfilled(shop, offer, ben):
    shop.sandbox.fail_next("POST", SESSIONS, Fault.TIMEOUT_AFTER, times=3)
    reservation = reserving.reserve(offer, ben, 1)
    with pytest.raises(reserving.CheckoutUnavailable):
        reserving.checkout_url(reservation)
    shop.sandbox.pay(shop.sandbox.find("checkout.session")[0]["id"])
    with time_machine.travel(timezone.now() + timedelta(minutes=32)):
        expiring.expire_due()
    assert (state_of(reservation), Ticket.objects.count()) == ("paid", 1)


def test_a_delayed_payment_keeps_its_seats_until_the_bank_decides(shop, reservation, offer):
    shop.pay(reservation, card="")
    shop.deliver()
    assert (state_of(reservation), taken(offer), Ticket.objects.count()) == ("pending", 2, 0)
    with time_machine.travel(timezone.now() + timedelta(minutes=32)):
        expiring.expire_due()
    assert (state_of(reservation), taken(offer)) == ("pending", 2)
    shop.sandbox.settle(reservation.session_id)
    shop.deliver()
    assert (state_of(reservation), Ticket.objects.count()) == ("paid", 2)


def test_a_delayed_payment_that_fails_frees_its_seats(shop, reservation, offer):
    shop.pay(reservation, card="")
    shop.deliver()
    shop.sandbox.settle(reservation.session_id, succeeded=False)
    shop.deliver()
    assert (state_of(reservation), taken(offer), Ticket.objects.count()) == ("expired", 0, 0)


def lose_events(shop):
    """Drop the waiting events, so that they are never delivered."""
    for delivery in shop.sandbox.deliveries():
        shop.sandbox.delivered(delivery)


@pytest.mark.parametrize(
    ("succeeded", "state", "seats", "tickets"), [(False, "expired", 0, 0), (True, "paid", 2, 2)]
)
def test_the_sweeper_settles_a_delayed_payment_whose_last_event_was_lost(
    shop, reservation, offer, succeeded, state, seats, tickets
):
    shop.pay(reservation, card="")
    shop.deliver()
    shop.sandbox.settle(reservation.session_id, succeeded=succeeded)
    lose_events(shop)
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert expiring.expire_due() == 1
    assert (state_of(reservation), taken(offer)) == (state, seats)
    assert Ticket.objects.count() == tickets


def test_a_delayed_payment_is_checked_at_stripe_every_hour(shop, reservation, offer):
    shop.pay(reservation, card="")
    shop.deliver()
    checks = []  # the minutes after which Stripe was asked
    start = timezone.now() + timedelta(minutes=1)
    with time_machine.travel(start, tick=False) as traveller:
        for minutes in range(0, 24 * 60, 30):
            traveller.move_to(start + timedelta(minutes=minutes))
            before = len(shop.http.calls)
            assert expiring.expire_due() == 0
            if len(shop.http.calls) > before:
                checks.append(minutes)
    assert (state_of(reservation), taken(offer)) == ("pending", 2)
    assert checks == [60 * hour for hour in range(1, 24)]


def test_a_delayed_payment_whose_completion_is_reported_after_its_failure_holds_no_seats(
    shop, reservation, offer
):
    shop.pay(reservation, card="")
    completed = next(
        each for each in shop.sandbox.deliveries() if each.type == "checkout.session.completed"
    )
    shop.sandbox.settle(reservation.session_id, succeeded=False)
    lose_events(shop)
    assert shop.post(completed).status_code == 204
    assert (state_of(reservation), taken(offer)) == ("expired", 0)


def test_a_forged_or_stale_event_is_refused(shop, reservation):
    shop.pay(reservation)
    delivery = shop.sandbox.deliveries()[0]
    assert shop.post(delivery, **{"Stripe-Signature": "t=1,v1=00"}).status_code == 400
    with time_machine.travel(timezone.now() - timedelta(seconds=302)):
        old = delivery.headers(shop.webhook_secret, timezone.now().timestamp())
    assert shop.post(delivery, **old).status_code == 400
    assert Ticket.objects.count() == 0


def test_an_event_is_put_off_while_stripe_does_not_answer(shop, reservation):
    shop.pay(reservation)
    shop.sandbox.fail_next("GET", f"{SESSIONS}/*", Fault.ERROR, times=3)
    assert 503 in shop.deliver()
    assert set(shop.deliver()) == {204}
    assert Ticket.objects.count() == 2


def test_a_test_event_is_ignored_by_a_live_site(shop, reservation, settings):
    settings.STRIPE_LIVE = True
    shop.pay(reservation)
    shop.deliver()
    assert Ticket.objects.count() == 0


def test_a_rate_limit_of_stripe_counts_as_unavailable(shop, reservation):
    shop.sandbox.fail_next("GET", f"{SESSIONS}/*", Fault.RATE_LIMIT, times=3)
    with pytest.raises(StripeUnavailable):
        reserving.open_session(reservation)
