from django.conf import settings
from django.db import models
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


class NotificationSettings(models.Model):
    """A person's settings that apply to all kinds; without a row, the defaults apply."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="notification_settings",
    )
    zone = models.CharField(max_length=ZONE_LENGTH, blank=True)  # IANA name; "" if unknown

    class Meta:
        verbose_name = _("notification settings")
        verbose_name_plural = _("notification settings")

    def __str__(self) -> str:
        return f"{self.user}'s settings"
