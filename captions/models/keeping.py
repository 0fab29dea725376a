from django.db import models

from spaces.models import Space

DAYS = (0, 7, 30)  # after the end of the Space; 0: the transcript is deleted at once


class Keeping(models.Model):
    """How long a host wants the transcript of their Space to be kept. Without a row, it is kept for
    `settings.KEEP_TRANSCRIPTS_DAYS`; no choice exceeds `settings.TRANSCRIPTS_MAX_DAYS`."""

    space = models.OneToOneField(
        Space, models.CASCADE, primary_key=True, related_name="transcript_keeping"
    )
    days = models.PositiveSmallIntegerField(null=True)  # null: as long as the site allows

    def __str__(self) -> str:
        return f"{self.space}: {self.days}"
