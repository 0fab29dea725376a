from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from spaces.models.space import Space

STAGE_SEATS = 13  # the host, two co-hosts, ten speakers


class Role(models.TextChoices):
    HOST = "host", "Host"
    COHOST = "cohost", "Co-host"
    SPEAKER = "speaker", "Speaker"
    LISTENER = "listener", "Listener"  # never stored: presence is Redis's, the stage is ours


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def on_stage(self) -> "ParticipantQuerySet":
        return self.filter(left_at__isnull=True).order_by("seat")


class Participant(models.Model):
    """Someone on the stage, or who once was: the ended page tells who spoke."""

    space = models.ForeignKey(Space, models.CASCADE, related_name="stage")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="stages")
    role = models.CharField(
        max_length=10,
        choices=[(role.value, role.label) for role in Role if role != Role.LISTENER],
    )
    # The capacity of the stage is this constraint: a seat is taken by inserting it.
    seat = models.PositiveSmallIntegerField()
    muted = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True, blank=True)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["space", "user"], condition=Q(left_at__isnull=True), name="once_on_stage"
            ),
            models.UniqueConstraint(
                fields=["space", "seat"], condition=Q(left_at__isnull=True), name="one_a_seat"
            ),
            models.UniqueConstraint(
                fields=["space"],
                condition=Q(left_at__isnull=True, role=Role.HOST),
                name="one_host_a_space",
            ),
            models.CheckConstraint(condition=Q(seat__lt=STAGE_SEATS), name="seat_exists"),
            models.CheckConstraint(
                condition=~Q(role=Role.LISTENER), name="listeners_are_not_on_stage"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.role}) in {self.space}"
