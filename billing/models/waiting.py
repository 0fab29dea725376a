from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from billing.models.offer import Offer


class State(models.TextChoices):
    WAITING = "waiting", "Waiting"
    OFFERED = "offered", "Offered a seat"  # which is held until `offered_until`
    LEFT = "left", "Left, or did not buy in time"
    BUYING = "buying", "At the checkout"  # a reservation holds the seat


class Waiting(models.Model):
    """A person's entry on the waiting list of an offer that was sold out."""

    State = State

    offer = models.ForeignKey(Offer, models.CASCADE, related_name="waiting")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField(default=timezone.now)
    offered_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "waiting"
        constraints = [
            models.UniqueConstraint(
                fields=["offer", "user"],
                condition=Q(state__in=[State.WAITING, State.OFFERED]),
                name="wait_once",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.OFFERED) | Q(offered_until__isnull=False),
                name="offered_seat_has_a_limit",
            ),
        ]
        indexes = [
            models.Index(
                fields=["offered_until"], condition=Q(state=State.OFFERED), name="offered_seats"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} waits for {self.offer}"
