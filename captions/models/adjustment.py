from django.db import models

from spaces.models import Space


class Adjustment(models.Model):
    """What a host sets for the captions of a Space. Without a row, the language is detected."""

    space = models.OneToOneField(
        Space, models.CASCADE, primary_key=True, related_name="caption_adjustment"
    )
    language = models.CharField(max_length=8, blank=True)  # ISO 639; "": detected
    words = models.JSONField(default=list)  # special words, added to names, title and topics

    def __str__(self) -> str:
        return f"{self.space}: {self.language or 'any language'}"
