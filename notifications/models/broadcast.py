from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifications.models.notification import KIND_LENGTH, SUBJECT_LENGTH


class State(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    EXPANDING = "expanding", _("Expanding")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


OPEN = (State.WAITING, State.EXPANDING)


class Broadcast(models.Model):
    """One notification for many people. Plan and cancel it through `notifications.broadcasts`.

    When it is due, its recipients are read in chunks, and each recipient gets a Delivery for each
    channel through which they are notified. `cursor` is saved with each chunk, so another worker
    can continue the broadcast.
    """

    State = State

    kind = models.CharField(max_length=KIND_LENGTH)
    subject = models.CharField(max_length=SUBJECT_LENGTH)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    due_at = models.DateTimeField()
    # When its next chunk is due; at first `due_at`. The broadcast with the earliest time is next.
    next_at = models.DateTimeField()
    cursor = models.BigIntegerField(default=0)  # the position in the kind's audience
    recipients = models.PositiveIntegerField(default=0)  # so far
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("broadcast")
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject"], name="broadcast_once"),
        ]
        indexes = [
            models.Index(
                fields=["next_at"], condition=Q(state__in=OPEN), name="broadcasts_waiting"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
