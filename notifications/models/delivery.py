from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifications.models.notification import (
    KIND_LENGTH,
    SUBJECT_LENGTH,
    TEXT_LENGTH,
    URL_LENGTH,
)

CHANNEL_LENGTH = 10
REASON_LENGTH = 100


class State(models.TextChoices):
    DUE = "due", _("Due")
    SENDING = "sending", _("Being sent")  # or claimed, and waiting in the same run
    SENT = "sent", _("Sent")
    MISSED = "missed", _("Missed")  # it would have been too late
    SKIPPED = "skipped", _("Skipped")  # see `reason`
    # A worker died, or a provider did not answer, while the notification was being sent. It is
    # never sent again.
    UNCERTAIN = "uncertain", _("Uncertain")


FINAL = (State.SENT, State.MISSED, State.SKIPPED, State.UNCERTAIN)


class Delivery(models.Model):
    """One notification for one person through one channel.

    The constraint on (user, kind, subject, channel) makes sure that the same thing is never sent
    twice. `notifications.sending` describes how a row goes from due to a final state.
    """

    State = State

    kind = models.CharField(max_length=KIND_LENGTH)
    subject = models.CharField(max_length=SUBJECT_LENGTH)
    user = models.ForeignKey(  # the first column of `deliver_once`, so it needs no index
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="deliveries", db_index=False
    )
    channel = models.CharField(max_length=CHANNEL_LENGTH)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DUE)
    reason = models.CharField(max_length=REASON_LENGTH, blank=True)  # for staff
    # Lower positions are sent first: 0 for a notification of one person, otherwise the position in
    # the broadcast. So neither single notifications nor short broadcasts wait for a long one.
    position = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    late_at = models.DateTimeField()  # if it is still due at this time, it is missed
    # When a worker may take the row: later than `due_at` after a failed attempt.
    next_try_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_by = models.CharField(max_length=32, blank=True)  # the token of a Run
    finished_at = models.DateTimeField(null=True, blank=True)
    # The content; empty if the kind composes it when it is sent.
    text = models.CharField(max_length=TEXT_LENGTH, blank=True)
    url = models.CharField(max_length=URL_LENGTH, blank=True)
    actor = models.ForeignKey(  # indexed below, only for the few rows that have an actor
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "subject", "channel"], name="deliver_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=FINAL, finished_at__isnull=False)
                | Q(state__in=(State.DUE, State.SENDING), finished_at__isnull=True),
                name="final_delivery_has_finished",
            ),
        ]
        indexes = [
            models.Index(
                fields=["channel", "position", "next_try_at", "id"],
                condition=Q(state=State.DUE),
                name="deliveries_due",
            ),
            models.Index(
                fields=["late_at"], condition=Q(state=State.DUE), name="deliveries_late_at"
            ),
            models.Index(
                fields=["claimed_by"],
                condition=Q(state=State.SENDING),
                name="deliveries_being_sent",
            ),
            models.Index(
                fields=["actor"], condition=Q(actor__isnull=False), name="deliveries_by_actor"
            ),
            models.Index(
                fields=["finished_at"],
                condition=Q(finished_at__isnull=False),
                name="deliveries_finished",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} to {self.user} by {self.channel}"
