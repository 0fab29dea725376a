from django.conf import settings
from django.db import models

from spaces.models import Space


class Captioner(models.Model):
    """A person whom a host lets write the captions of a Space."""

    space = models.ForeignKey(Space, models.CASCADE, related_name="captioners")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["space", "user"], name="captioner_once_per_space")
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.space}"
