"""What this app stores about a person: see `accounts.personal_data`.

Purchases, refunds and transfers stay after an account is erased, without name or address, because
they document other people's money.
"""

from collections.abc import Iterator

from django.db.models import F

from accounts.models import User
from accounts.personal_data import Part, Table
from billing.actions import waiting
from billing.models import (
    DiscountCode,
    HostAccount,
    Offer,
    Preview,
    Reservation,
    Ticket,
    Waiting,
)


def export(user: User) -> Iterator[Part]:
    bought = Reservation.objects.filter(buyer=user).order_by("created_at")
    yield Table(
        "tickets_bought",
        bought.values(
            "quantity",
            "unit_price",
            "currency",
            "state",
            "created_at",
            of_space=F("offer__space__public_id"),
            discount_code=F("discount__code"),
        ).iterator(),
    )
    held = Ticket.objects.filter(holder=user).order_by("pk")
    yield Table(
        "tickets_held",
        held.values("state", "created_at", "entered_at", of_space=F("space__public_id")).iterator(),
    )
    offers = Offer.objects.filter(seller=user).order_by("pk")
    yield Table(
        "tickets_offered",
        offers.values(
            "currency", "price", "quantity", "taken", "published_at", of_space=F("space__public_id")
        ).iterator(),
    )
    codes = DiscountCode.objects.filter(offer__seller=user).order_by("pk")
    yield Table(
        "discount_codes",
        codes.values(
            "code",
            "percent",
            "amount",
            "currency",
            "max_uses",
            "uses",
            "expires_at",
            "switched_off_at",
            "created_at",
            of_space=F("offer__space__public_id"),
        ).iterator(),
    )
    waits = Waiting.objects.filter(user=user).order_by("pk")
    yield Table(
        "waiting_lists",
        waits.values("state", "created_at", of_space=F("offer__space__public_id")).iterator(),
    )
    previews = Preview.objects.filter(user=user).order_by("pk")
    yield Table(
        "free_previews",
        previews.values("started_at", of_space=F("space__public_id")).iterator(),
    )
    account = HostAccount.objects.filter(host=user)
    yield Table(
        "payouts", account.values("country", "stripe_id", "refusal", "created_at").iterator()
    )


def erase(user: User) -> None:
    """Delete the person's free previews and their entries on waiting lists. In the row of their
    account at Stripe, empty the fields that say what Stripe still needs and why it doesn't pay."""
    for row in Waiting.objects.filter(user=user).select_related("offer"):
        waiting.leave(row.offer, user)
    Waiting.objects.filter(user=user).delete()
    Preview.objects.filter(user=user).delete()
    HostAccount.objects.filter(host=user).update(missing=[], refusal="")
