from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

REASON_LENGTH = 500
FOR_GOOD = datetime(9999, 12, 31, tzinfo=UTC)  # what User.suspended_until says of no end


class SuspensionQuerySet(models.QuerySet["Suspension"]):
    def current(self) -> "SuspensionQuerySet":
        ahead = Q(until__isnull=True) | Q(until__gt=timezone.now())
        return self.filter(ahead, lifted_at__isnull=True)


class Suspension(models.Model):
    """Someone may not take part, until a date or for good. Made by `safety.suspension` alone."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="suspensions")
    until = models.DateTimeField(_("until"), null=True, blank=True)  # null: for good
    reason = models.CharField(_("reason"), max_length=REASON_LENGTH)  # its person reads it
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    lifted_at = models.DateTimeField(null=True, blank=True)

    objects = SuspensionQuerySet.as_manager()

    class Meta:
        db_table = "accounts_suspension"  # where it stood first
        verbose_name = _("suspension")
        ordering = ["-id"]
        constraints = [
            # A new one lifts the one before it; what is past by its date says nothing any more.
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(lifted_at__isnull=True),
                name="one_suspension_at_a_time",
            ),
        ]
        indexes = [models.Index(fields=["at"])]

    def __str__(self) -> str:
        return f"{self.user} from {self.at:%Y-%m-%d}"

    @property
    def end(self) -> Any:
        """As a moment that can be compared, whether or not it ever comes."""
        return self.until or FOR_GOOD
