"""Rows of this app for tests that need a row of each model, without Stripe."""

from datetime import timedelta

from django.utils import timezone

from billing.models import (
    Difference,
    DiscountCode,
    HostAccount,
    Offer,
    Posting,
    Refund,
    Reservation,
    Ticket,
    Transfer,
)
from billing.models.ledger import Account, Kind
from tests.factories import make_scheduled_space, make_user


def make_offer(seller):
    return Offer.objects.create(
        space=make_scheduled_space(seller),
        seller=seller,
        currency="eur",
        price=1250,
        quantity=3,
        fee_rate=1000,
    )


def make_discount_code(seller):
    return DiscountCode.objects.create(offer=make_offer(seller), code="SUMMER", percent=20)


def make_reservation(buyer):
    return Reservation.objects.create(
        offer=make_offer(make_user(followers=600)),
        buyer=buyer,
        title="Rain, later",
        quantity=1,
        unit_price=1250,
        currency="eur",
        fee_rate=1000,
        expires_at=timezone.now() + timedelta(minutes=31),
    )


def make_ticket(holder):
    reservation = make_reservation(holder)
    return Ticket.objects.create(
        space=reservation.offer.space,
        reservation=reservation,
        number=1,
        holder=holder,
        price=1250,
        fee=125,
        currency="eur",
    )


def make_refund(holder):
    return Refund.objects.create(ticket=make_ticket(holder), amount=1250, why=Refund.Why.STAFF)


def make_transfer(host):
    return Transfer.objects.create(
        space=make_scheduled_space(host), amount=1125, fees=125, currency="eur"
    )


def make_posting(host):
    return Posting.objects.create(
        space=make_scheduled_space(host),
        kind=Kind.SALE,
        reference="ticket:1",
        source=Account.BUYERS,
        target=Account.HELD,
        amount=1250,
        currency="eur",
    )


def make_account(host):
    return HostAccount.objects.create(host=host, country="de", stripe_id=f"acct_{host.pk}")


def make_difference(person):
    return Difference.objects.create(kind="dispute", reference="dp_1", details="It is “lost”.")
