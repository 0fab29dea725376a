from django.db import models
from django.utils import timezone

from spaces.models.space import Space


class Guest(models.Model):
    """A guest who joined this Space by tapping "Listen as a guest"."""

    space = models.ForeignKey(Space, models.CASCADE, related_name="guests")
    viewer_key = models.CharField(max_length=40)  # the person key: "g…"
    # A hash of the network from which they joined (spaces.room.cool_down.hash_of). It is emptied
    # when the Space ends.
    network = models.CharField(max_length=32, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["space", "viewer_key"], name="joined_once")]

    def __str__(self) -> str:
        return f"{self.viewer_key} in {self.space}"
