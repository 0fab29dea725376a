from typing import Any

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Export(models.Model):
    """A requested copy of a person's data.

    Create exports through `accounts.exports`. `accounts.archive` builds them, and deletes a
    person's older exports when a new one is ready.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        READY = "ready"
        FAILED = "failed"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="exports")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    file = models.CharField(max_length=100, blank=True)  # the file's name in the storage "exports"
    size = models.PositiveBigIntegerField(default=0)  # bytes
    requested_at = models.DateTimeField(default=timezone.now)
    # When a worker started to build the export. If the worker dies, another worker takes over.
    started_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(state="waiting"), name="one_waiting_export"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}'s data, {self.state}"

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the file as well, because only this row knows its name."""
        if self.file:
            storages["exports"].delete(self.file)
        return super().delete(*args, **kwargs)

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING

    @property
    def is_ready(self) -> bool:
        return self.state == self.State.READY
