from django.conf import settings
from django.db import models
from django.utils import timezone

from captions.models.line import LINE_LENGTH
from spaces.models import Space


class Change(models.Model):
    """A line that a host edited or deleted, with its old text, for the hosts of the Space.

    When speakers correct or withdraw their words, no row is added, and earlier rows are deleted.
    """

    class Kind(models.TextChoices):
        EDITED = "edited", "edited"
        DELETED = "deleted", "deleted"

    space = models.ForeignKey(Space, models.CASCADE, related_name="caption_changes")
    line_id = models.BigIntegerField()  # not a foreign key, because the line may be deleted
    speaker = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    old_text = models.CharField(max_length=LINE_LENGTH)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.line_id} {self.kind} by {self.by}"
