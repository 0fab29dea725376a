from django.conf import settings
from django.db import models


class Preference(models.Model):
    """A person's latest choice of whether their voice is captioned. It applies when they join the
    stage of another Space. Without a row, their voice is not captioned."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+"
    )
    caption_my_voice = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.user}: {self.caption_my_voice}"
