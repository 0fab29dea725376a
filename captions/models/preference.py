from django.conf import settings
from django.db import models


class Preference(models.Model):
    """Whether a person's voice is captioned in the Spaces where they will be on the stage: their
    last choice. Without a row it is not."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+"
    )
    caption_my_voice = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.user}: {self.caption_my_voice}"
