from django.conf import settings
from django.db import models
from django.utils import timezone

from scheduling.models.schedule import Schedule


class CohostState(models.TextChoices):
    INVITED = "invited", "Invited"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"


class CohostInvitation(models.Model):
    """An invitation to co-host a scheduled Space. A person who accepts it may start the Space."""

    schedule = models.ForeignKey(Schedule, models.CASCADE, related_name="cohosts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    state = models.CharField(
        max_length=10, choices=CohostState.choices, default=CohostState.INVITED
    )
    invited_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["schedule", "user"], name="invited_once_to_cohost")
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_state_display()}"
