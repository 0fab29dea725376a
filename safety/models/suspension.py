from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

REASON_LENGTH = 500
FOREVER = datetime(9999, 12, 31, tzinfo=UTC)  # User.suspended_until of a permanent suspension


class SuspensionQuerySet(models.QuerySet["Suspension"]):
    def current(self) -> "SuspensionQuerySet":
        not_over = Q(until__isnull=True) | Q(until__gt=timezone.now())
        return self.filter(not_over, lifted_at__isnull=True)


class Suspension(models.Model):
    """A suspension, until a date or permanent. Only `safety.suspension` creates and lifts it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="suspensions")
    until = models.DateTimeField(_("until"), null=True, blank=True)  # null: permanent
    reason = models.CharField(_("reason"), max_length=REASON_LENGTH)  # shown to the person
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    lifted_at = models.DateTimeField(null=True, blank=True)

    objects = SuspensionQuerySet.as_manager()

    class Meta:
        db_table = "accounts_suspension"  # from when the model belonged to accounts
        verbose_name = _("suspension")
        ordering = ["-id"]
        constraints = [
            # A new suspension lifts the previous one, even if the previous one has already ended.
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
        """The end as a datetime, for comparisons; FOREVER for a permanent suspension."""
        return self.until or FOREVER
