from django.conf import settings
from django.db import models
from django.utils import timezone

from spaces.models.space import Space


class Removal(models.Model):
    """A removed person, a user or a guest, who may not come back to this Space. A host who readmits
    them deletes the row."""

    space = models.ForeignKey(Space, models.CASCADE, related_name="removals")
    viewer_key = models.CharField(max_length=40)  # the person key
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=timezone.now)
    # Hashes of the person's networks, for `spaces.room.cool_down`. The end of the Space
    # empties the list.
    networks = models.JSONField(default=list, blank=True, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space", "viewer_key"], name="removed_once")]
        indexes = [models.Index(fields=["viewer_key"], name="removals_of_a_person")]

    def __str__(self) -> str:
        return f"{self.viewer_key} from {self.space}"
