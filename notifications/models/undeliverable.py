from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.user import EMAIL_LENGTH
from notifications.models.delivery import REASON_LENGTH


class UndeliverableAddress(models.Model):
    """An e-mail address that a mail server refused permanently. No notifications are sent to it
    until its owner confirms it again, or says in the settings that it works; see
    `notifications.addresses`."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    email = models.EmailField(max_length=EMAIL_LENGTH, unique=True)
    reason = models.CharField(max_length=REASON_LENGTH)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("undeliverable address")
        verbose_name_plural = _("undeliverable addresses")

    def __str__(self) -> str:
        return self.email
