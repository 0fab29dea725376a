from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from spaces.models.space import Space

REASON_LENGTH = 80


class Outcome(models.TextChoices):
    OPEN = "open", "Waiting"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    CANCELLED = "cancelled", "Cancelled"


class SpeakRequest(models.Model):
    """A listener's request to speak. The queue consists of the open requests, the oldest first."""

    space = models.ForeignKey(Space, models.CASCADE, related_name="requests")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    reason = models.CharField(max_length=REASON_LENGTH, blank=True)
    # The person has never been on a stage, so hosts may want to be patient.
    first_time = models.BooleanField(default=False)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.OPEN)
    created_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["space", "user"],
                condition=Q(outcome=Outcome.OPEN),
                name="one_open_request",
            ),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.OPEN, answered_at__isnull=True)
                | (~Q(outcome=Outcome.OPEN) & Q(answered_at__isnull=False)),
                name="answered_when_closed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} asks to speak in {self.space}"
