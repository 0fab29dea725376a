from django.conf import settings
from django.db import models
from django.db.models import Q

from spaces.models import Space


class VoiceQuerySet(models.QuerySet["Voice"]):
    def captioned(self) -> "VoiceQuerySet":
        return self.filter(on=True)


class Voice(models.Model):
    """One person's choice in one Space: whether their voice is captioned, and by which source
    (`captions.sources`). Without a row it is not captioned. The choice stays when the person leaves
    the stage."""

    space = models.ForeignKey(Space, models.CASCADE, related_name="voices")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    on = models.BooleanField(default=False)
    # The name of a source, or "" if only a captioner can caption this voice.
    source = models.CharField(max_length=30, blank=True)

    objects = VoiceQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["space", "user"], name="one_choice_per_space"),
            models.CheckConstraint(
                condition=Q(on=True) | Q(source=""), name="no_source_while_captions_are_off"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.space}: {self.on}"
