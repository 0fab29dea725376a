from django.conf import settings
from django.db import models
from django.utils import timezone

from spaces.models.space import Space

LINE_LENGTH = 280


class Mood(models.TextChoices):
    GOOD = "good", "Good"
    OKAY = "okay", "Okay"
    BAD = "bad", "Not good"


class Feedback(models.Model):
    """One person's feedback on an ended Space. The host sees a summary, the staff see it all."""

    space = models.ForeignKey(Space, models.CASCADE, related_name="feedback")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    mood = models.CharField(max_length=4, choices=Mood.choices)
    line = models.CharField(max_length=LINE_LENGTH, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "feedback"
        constraints = [
            models.UniqueConstraint(fields=["space", "user"], name="one_feedback_per_person")
        ]

    def __str__(self) -> str:
        return f"{self.mood} of {self.space}"
