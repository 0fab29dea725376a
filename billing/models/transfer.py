from datetime import datetime

from django.db import models
from django.utils import timezone

from spaces.models import Space


class State(models.TextChoices):
    DUE = "due", "Due"  # Stripe may have made it already, so it does not change any more
    SENT = "sent", "Sent"
    # Stripe refused it, and it is tried again. WAITING: the payments have not arrived at Stripe
    # yet. FAILED: there is another reason, e.g. the host's account; the staff look at it, too.
    WAITING = "waiting", "Waiting for the payments"
    FAILED = "failed", "Failed"


class TransferQuerySet(models.QuerySet["Transfer"]):
    def refused(self) -> "TransferQuerySet":
        return self.filter(state__in=[State.WAITING, State.FAILED])

    def make_due(self, now: datetime) -> int:
        return self.update(state=State.DUE, next_try_at=now)


class Transfer(models.Model):
    """The host's shares of tickets, moved to the host's account at Stripe after the Space has run.
    A Space has a second transfer only if a dispute was won after the first. The idempotency key of
    its attempts is `transfer:<id>`, until Stripe refuses one (`billing.retrying.key`)."""

    State = State

    space = models.ForeignKey(Space, models.PROTECT, related_name="transfers")
    amount = models.PositiveIntegerField()
    fees = models.PositiveIntegerField()  # the platform's share of the same tickets
    reversed = models.PositiveIntegerField(default=0)  # taken back for late disputes and refunds
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DUE)
    stripe_id = models.CharField(max_length=100, unique=True, null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    next_try_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(default=0)  # how often Stripe refused it
    error = models.CharField(max_length=200, blank=True)

    objects = TransferQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reversed__lte=models.F("amount")),
                name="no_more_reversed_than_transferred",
            )
        ]

    def __str__(self) -> str:
        return f"transfer for {self.space_id}"

    @property
    def name(self) -> str:
        """The name of the transfer at Stripe, and in the ledger."""
        return f"transfer:{self.pk}"

    @property
    def is_refused(self) -> bool:
        """Return whether the transfer certainly does not exist at Stripe."""
        return self.state in (State.WAITING, State.FAILED)
