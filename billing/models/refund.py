from datetime import datetime

from django.db import models
from django.utils import timezone

from billing.models.ticket import Ticket

REASON_LENGTH = 200


class Why(models.TextChoices):
    CANCELLED = "cancelled", "The Space was cancelled"
    FAULT = "fault", "The Space ended because of a fault"
    LATE = "late", "It was paid after the seats were sold to others, or after the Space"
    BUYER = "buyer", "The buyer asked"
    HOST = "host", "The host refunded it"
    STAFF = "staff", "The staff refunded it"


class State(models.TextChoices):
    DUE = "due", "Due"  # Stripe has not accepted it yet
    SENT = "sent", "Sent"  # accepted; the bank may still refuse it
    # The staff must decide what to do. A refund that Stripe refused has no id at Stripe, and is
    # tried again; a refund that the buyer's bank refused is not.
    FAILED = "failed", "Failed"


class RefundQuerySet(models.QuerySet["Refund"]):
    def refused(self) -> "RefundQuerySet":
        """Return the refunds that Stripe refused, without the refunds that wait for the end of a
        dispute."""
        return self.filter(state=State.FAILED, stripe_id="", ticket__state=Ticket.State.REFUNDED)

    def make_due(self, now: datetime) -> int:
        return self.update(state=State.DUE, next_try_at=now, error="")


class Refund(models.Model):
    """The refund of one ticket. The idempotency key of its attempts is `refund:<ticket>`, until
    Stripe refuses one (`billing.retrying.key`)."""

    Why = Why
    State = State

    ticket = models.OneToOneField(Ticket, models.PROTECT, related_name="refund")
    amount = models.PositiveIntegerField()
    why = models.CharField(max_length=10, choices=Why.choices)
    reason = models.CharField(max_length=REASON_LENGTH, blank=True)  # in words
    state = models.CharField(max_length=10, choices=State.choices, default=State.DUE)
    # A refund made in Stripe's dashboard may cover several tickets.
    stripe_id = models.CharField(max_length=100, blank=True, db_index=True)
    created_at = models.DateTimeField(default=timezone.now)
    next_try_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    # How often Stripe or the bank refused it.
    failures = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)

    objects = RefundQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["next_try_at"], condition=models.Q(state="due"), name="due_refunds"
            )
        ]

    def __str__(self) -> str:
        return f"refund of {self.ticket}"
