from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class PushSubscription(models.Model):
    """A browser in which a person turned on push messages (W3C Push API)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="push_subscriptions"
    )
    # Messages are sent to this URL, encrypted with the two values below and signed with the site's
    # key (notifications/push/vapid.py). Treat the URL and both values as secrets.
    endpoint = models.CharField(max_length=1000, unique=True)
    p256dh = models.CharField(max_length=88)  # the browser's public key (RFC 8291), base64url
    auth = models.CharField(max_length=24)  # the browser's authentication secret (RFC 8291)
    session = models.CharField(max_length=255)  # a sealed SessionRef; push ends with the session
    browser = models.CharField(max_length=100)  # in words, e.g. "Firefox on Linux"
    created_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True, blank=True)  # when the last message was accepted

    class Meta:
        verbose_name = _("push subscription")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.browser
