from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifications.models.delivery import CHANNEL_LENGTH
from notifications.models.notification import KIND_LENGTH

ZONE_LENGTH = 64


class Preference(models.Model):
    """A person's choice for one kind in one channel; without a row, the kind's default applies."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notification_preferences"
    )
    kind = models.CharField(max_length=KIND_LENGTH)
    channel = models.CharField(max_length=CHANNEL_LENGTH)
    on = models.BooleanField()

    class Meta:
        verbose_name = _("preference")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "channel"], name="one_preference_per_kind_and_channel"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.kind} by {self.channel} {'on' if self.on else 'off'}"


class Digest(models.TextChoices):
    OFF = "off", _("Off")
    DAILY = "daily", _("Every day")
    WEEKLY = "weekly", _("Every week")


class NotificationSettings(models.Model):
    """A person's settings that apply to all kinds; without a row, the defaults apply."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="notification_settings",
    )
    zone = models.CharField(max_length=ZONE_LENGTH, blank=True)  # IANA name; "" if unknown
    # Quiet hours in wall time, in which push messages and e-mails that are not urgent wait. Both
    # times are set, or neither is.
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    digest = models.CharField(max_length=10, choices=Digest.choices, default=Digest.OFF)

    class Meta:
        verbose_name = _("notification settings")
        verbose_name_plural = _("notification settings")
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | (
                    Q(quiet_from__isnull=False, quiet_until__isnull=False)
                    & ~Q(quiet_from=F("quiet_until"))
                ),
                name="quiet_hours_have_both_ends",
            ),
        ]
        indexes = [
            models.Index(
                fields=["zone", "digest"], condition=~Q(digest="off"), name="digests_by_zone"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}'s settings"


class MutedPerson(models.Model):
    """`user` does not want to be notified when `muted` goes live, even while following them."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="muted_people")
    muted = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("muted person")
        verbose_name_plural = _("muted people")
        constraints = [
            models.UniqueConstraint(fields=["user", "muted"], name="mute_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} mutes {self.muted}"
