from django.db import models
from django.utils import timezone

from spaces.models import Space


class State(models.TextChoices):
    DUE = "due", "Due"
    SENT = "sent", "Sent"
    FAILED = "failed", "Failed"  # the staff must decide what to do


class Transfer(models.Model):
    """The host's shares of tickets, moved to the host's account at Stripe after the Space has run.
    A Space has a second transfer only if a dispute was won, or a payment arrived, after the first.
    The idempotency key is `transfer:<id>`."""

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
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reversed__lte=models.F("amount")),
                name="no_more_reversed_than_transferred",
            )
        ]

    def __str__(self) -> str:
        return f"transfer for {self.space_id}"
