from django.conf import settings
from django.db import models
from django.utils import timezone

from spaces.models import Space
from timeline.models.post import Post


class Pin(models.Model):
    """A post that is pinned in a Space. Use `timeline.pins` to create and delete pins in live
    Spaces, because the room receives an event."""

    space = models.ForeignKey(Space, models.CASCADE, related_name="pins")
    post = models.ForeignKey(Post, models.CASCADE, related_name="pins")
    pinned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["space", "post"], name="pinned_once")]

    def __str__(self) -> str:
        return f"{self.post_id} in {self.space}"
