from django.conf import settings
from django.db import models
from django.utils import timezone

from spaces.models import Space


class Preview(models.Model):
    """A person without a ticket listens to a Space for a minute, once."""

    space = models.ForeignKey(Space, models.CASCADE, related_name="previews")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    started_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["space", "user"], name="one_preview_per_person")
        ]

    def __str__(self) -> str:
        return f"preview of {self.space_id} for {self.user_id}"
