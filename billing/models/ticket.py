import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from billing.models.reservation import Reservation
from billing.models.transfer import Transfer
from spaces.models import Space


class State(models.TextChoices):
    VALID = "valid", "Valid"
    # This is the state even if the refund is due or has failed, or if the ticket was free.
    REFUNDED = "refunded", "Refunded"
    DISPUTED = "disputed", "Disputed"  # the buyer's bank has taken the money back


def new_code() -> str:
    """Return 128 random bits: anyone with the code of a ticket without a holder may claim it."""
    return secrets.token_urlsafe(16)


class TicketQuerySet(models.QuerySet["Ticket"]):
    def of_payment(self, payment_intent: str) -> "TicketQuerySet":
        """Return the tickets that a payment at Stripe has paid for. There are none for "", because
        free tickets have no payment intent, and neither have some payments of other shops."""
        if not payment_intent:
            return self.none()
        return self.filter(reservation__payment_intent=payment_intent)

    def owed(self) -> "TicketQuerySet":
        """Return the tickets whose buyers have not got their money back: the refund is due, or has
        failed."""
        return self.filter(state=State.REFUNDED, refund__state__in=["due", "failed"])


class Ticket(models.Model):
    """Admission of one person to one Space."""

    State = State

    space = models.ForeignKey(Space, models.PROTECT, related_name="tickets")
    reservation = models.ForeignKey(  # null: a guest pass
        Reservation, models.PROTECT, null=True, blank=True, related_name="tickets"
    )
    number = models.PositiveSmallIntegerField()  # from 1, in its reservation or among guest passes
    # Who may enter with it; null until somebody claims a gift or a guest pass.
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="tickets"
    )
    code = models.CharField(max_length=22, unique=True, default=new_code, editable=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.VALID)
    price = models.PositiveIntegerField()
    fee = models.PositiveIntegerField()  # the platform's share of the price
    currency = models.CharField(max_length=3)
    created_at = models.DateTimeField(default=timezone.now)
    # The transfer that contains the host's share; null before the Space has run, and after the
    # share was taken back.
    transfer = models.ForeignKey(
        Transfer, models.PROTECT, null=True, blank=True, related_name="tickets"
    )
    # The first time; from then on the buyer can't return the ticket.
    entered_at = models.DateTimeField(null=True, blank=True)

    objects = TicketQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reservation", "number"], name="one_ticket_per_seat"),
            models.UniqueConstraint(
                fields=["space", "holder"],
                condition=Q(state="valid", holder__isnull=False),
                name="one_valid_ticket_per_holder",
            ),
            models.CheckConstraint(
                condition=Q(fee__lte=models.F("price")), name="ticket_fee_within_price"
            ),
        ]

    def __str__(self) -> str:
        return f"ticket {self.pk}"
