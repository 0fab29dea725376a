from django.conf import settings
from django.db import models
from django.utils import timezone

from spaces.models.space import Space

MESSAGE_LENGTH = 280


class Message(models.Model):
    """A chat message. Staff can still see a deleted message; the room can't."""

    space = models.ForeignKey(Space, models.CASCADE, related_name="messages")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    text = models.CharField(max_length=MESSAGE_LENGTH)
    at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["space", "id"])]

    def __str__(self) -> str:
        return self.text
