from django.conf import settings
from django.db import models
from django.utils import timezone

from spaces.models import Space


class Reminder(models.Model):
    """A person wants to be reminded of a scheduled Space."""

    space = models.ForeignKey(Space, models.CASCADE, related_name="reminders")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="reminders")
    created_at = models.DateTimeField(default=timezone.now)
    # Set by the site, e.g. with a ticket, and not by the person.
    is_automatic = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space", "user"], name="one_reminder")]

    def __str__(self) -> str:
        return f"{self.user} about {self.space}"
