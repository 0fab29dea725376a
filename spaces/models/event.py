from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KT
from django.utils import timezone

from spaces.models.space import Space


class RoomEvent(models.Model):
    """One row of a Space's journal. The other tables contain the current state.

    Rows change only when personal data is erased, or when captions are corrected or deleted. They
    are deleted only when the journal is old.
    """

    space = models.ForeignKey(Space, models.CASCADE, related_name="journal")
    revision = models.PositiveIntegerField()
    kind = models.CharField(max_length=30)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    payload = models.JSONField()
    # The host's reason. The room doesn't receive it; only hosts and staff can read it.
    note = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=timezone.now)
    # Keys of the person in `payload.person` and in `payload.who`. The database generates them, so
    # that a person's events can be found by index.
    person_key = models.GeneratedField(
        expression=KT("payload__person__id"),
        output_field=models.TextField(null=True),
        db_persist=True,
    )
    who_key = models.GeneratedField(
        expression=KT("payload__who"),
        output_field=models.TextField(null=True),
        db_persist=True,
    )

    class Meta:
        ordering = ["revision"]
        indexes = [
            models.Index(
                fields=["person_key", "id"],
                condition=Q(person_key__isnull=False),
                name="events_describing_a_person",
            ),
            models.Index(
                fields=["who_key"],
                condition=Q(who_key__isnull=False),
                name="events_naming_a_person",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["space", "revision"], name="one_event_per_revision")
        ]

    def __str__(self) -> str:
        return f"{self.space} #{self.revision} {self.kind}"

    def frame(self) -> dict[str, Any]:
        """Return the event in the message format (docs/protocol.md)."""
        return {"t": self.kind, "rev": self.revision, **self.payload}
