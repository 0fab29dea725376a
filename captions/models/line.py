from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from spaces.directory.search import words_of
from spaces.models import Space

LINE_LENGTH = 1000  # characters


class Line(models.Model):
    """Something that a person said in a Space. Interim captions have no row.

    A row is deleted when its words are withdrawn, so that no copy of them is left.
    """

    space = models.ForeignKey(Space, models.CASCADE, related_name="lines")
    speaker = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    # By the shared clock, like the times of the journal.
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    text = models.CharField(max_length=LINE_LENGTH)
    source = models.CharField(max_length=30)  # the name of a source: captions.sources
    # The person who wrote the line, if its source is a captioner.
    captioner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    language = models.CharField(max_length=20, blank=True)  # BCP 47, or "" if it is not known
    edited = models.BooleanField(default=False)
    words = models.TextField(editable=False, default="")  # of `text`: captions.search_index

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["space", "id"]),
            models.Index(fields=["speaker", "id"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__gte=F("started_at")), name="line_ends_after_its_start"
            )
        ]

    def __str__(self) -> str:
        return self.text

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        self.words = " ".join(words_of(self.text))
        if update_fields is not None:
            update_fields = {*update_fields, "words"}
        super().save(*args, update_fields=update_fields, **kwargs)
