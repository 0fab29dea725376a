"""Feedback on an ended Space: one tap and an optional comment, from people who could join it."""

from typing import Any

from django.db.models import Count

from accounts.models import User
from spaces.models import Feedback, Mood, Space


def give(space: Space, *, user: User, mood: Mood, line: str = "") -> None:
    """Save one person's feedback; it replaces their earlier feedback."""
    Feedback.objects.update_or_create(space=space, user=user, defaults={"mood": mood, "line": line})


def summary(space: Space) -> dict[str, Any]:
    """Return a summary for the host: how many people chose each mood, and the latest comments,
    without names."""
    counts = dict(space.feedback.values_list("mood").annotate(Count("id")))
    lines = space.feedback.exclude(line="").order_by("-at").values_list("line", flat=True)
    return {
        "counts": {mood: counts.get(mood, 0) for mood in Mood.values},
        "lines": list(lines[:50]),
    }
