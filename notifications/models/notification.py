from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

TEXT_LENGTH = 600  # enough for the staff's reason (500) and the sentence around it
URL_LENGTH = 200
KIND_LENGTH = 20
SUBJECT_LENGTH = 100


class Notification(models.Model):
    """A row of a person's page of notifications. Only `notifications.channels.notifications_page`
    creates it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=KIND_LENGTH)
    # What the notification is about, e.g. "post:12". If its kind is grouped, people are added to
    # the notification while it is unread.
    subject = models.CharField(max_length=SUBJECT_LENGTH, blank=True, default="")
    # The person whose picture is shown; null for a notification by the site itself.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+"
    )
    # The number of other people in a grouped notification: "Ben and 3 others like your post".
    others = models.PositiveIntegerField(default=0)
    text = models.CharField(max_length=TEXT_LENGTH)
    url = models.CharField(max_length=URL_LENGTH, blank=True)
    at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "accounts_notification"  # from when the model belonged to accounts
        verbose_name = _("notification")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["user", "-id"], name="notifications_newest"),
            models.Index(
                fields=["user"], condition=Q(read_at__isnull=True), name="notifications_unread"
            ),
        ]

    def __str__(self) -> str:
        return self.text
