from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from spaces.models.space import Space


class Role(models.TextChoices):
    HOST = "host", "Host"
    COHOST = "cohost", "Co-host"
    SPEAKER = "speaker", "Speaker"
    # Listeners and guests are not on the stage, so they are not Participants.
    LISTENER = "listener", "Listener"
    GUEST = "guest", "Guest"  # a listener without an account


# The seats of each role, and so its capacity. A constraint allows one person per seat.
SEATS: dict[Role, range] = {
    Role.HOST: range(1),
    Role.COHOST: range(1, 3),
    Role.SPEAKER: range(3, 13),
}
STAGE_SEATS = 13


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def on_stage(self) -> "ParticipantQuerySet":
        return self.filter(left_at__isnull=True).order_by("seat")


class Participant(models.Model):
    """A person who is or was on the stage. Rows are kept, so that the page of an ended Space can
    show who spoke."""

    space = models.ForeignKey(Space, models.CASCADE, related_name="participants")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="participations"
    )
    role = models.CharField(
        max_length=10,
        choices=[(role.value, role.label) for role in SEATS],
    )
    seat = models.PositiveSmallIntegerField()
    muted = models.BooleanField(default=True)
    hand_raised = models.BooleanField(default=False)
    joined_at = models.DateTimeField(default=timezone.now)
    away_at = models.DateTimeField(null=True, blank=True)  # when the connection was lost
    left_at = models.DateTimeField(null=True, blank=True)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["space", "user"], condition=Q(left_at__isnull=True), name="once_on_stage"
            ),
            models.UniqueConstraint(
                fields=["space", "seat"],
                condition=Q(left_at__isnull=True),
                name="one_person_per_seat",
            ),
            models.UniqueConstraint(
                fields=["space"],
                condition=Q(left_at__isnull=True, role=Role.HOST),
                name="one_host_per_space",
            ),
            models.CheckConstraint(
                condition=Q(role="host", seat=0)
                | Q(role="cohost", seat__in=[1, 2])
                | Q(role="speaker", seat__gte=3, seat__lt=STAGE_SEATS),
                name="seat_fits_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.role}) in {self.space}"
