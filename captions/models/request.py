from django.conf import settings
from django.db import models

from spaces.models import Space


class CaptionRequest(models.Model):
    """The last time that a host asked everyone on the stage to caption their voice."""

    space = models.OneToOneField(
        Space, models.CASCADE, primary_key=True, related_name="caption_request"
    )
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.asked_by} in {self.space}"
