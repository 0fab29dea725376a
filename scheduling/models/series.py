from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Series(models.Model):
    """Scheduled Spaces that repeat. Each occurrence is a Space of its own, with its own page."""

    host = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    every_weeks = models.PositiveSmallIntegerField(
        choices=[(1, "Every week"), (2, "Every 2 weeks")]
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "series"
        constraints = [
            models.CheckConstraint(
                condition=Q(every_weeks__in=[1, 2]), name="repeats_weekly_or_every_two_weeks"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_every_weeks_display()}, by {self.host}"
