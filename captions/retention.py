"""Delete transcripts of Spaces that ended some time ago: after the time that a host chose, by
default KEEP_TRANSCRIPTS_DAYS, and at the latest after TRANSCRIPTS_MAX_DAYS."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from captions import search_index
from captions.actions.changing import delete_transcripts
from captions.models import Change, Keeping, Line
from spaces.models import Space

SPACES_AT_ONCE = 100


def days_kept(space: Space) -> int | None:
    """Return for how many days after its end this Space's transcript is kept; None: for ever."""
    chosen = Keeping.objects.filter(space=space).first()
    return _limited(chosen.days if chosen else settings.KEEP_TRANSCRIPTS_DAYS or None)


def sweep() -> dict[str, int]:
    """Delete what is too old. Return the number of deleted lines."""
    ended = Space.objects.filter(ended_at__isnull=False)
    with_words = {
        pk
        for model in (Line, Change)
        for pk in model._default_manager.filter(space__in=ended).values_list("space", flat=True)
    }
    ids = sorted(with_words)
    deleted = 0
    for first in range(0, len(ids), SPACES_AT_ONCE):
        spaces = Space.objects.filter(pk__in=ids[first : first + SPACES_AT_ONCE])
        deleted += delete_transcripts([space.pk for space in spaces if _is_due(space)])
    search_index.purge()
    return {"lines": deleted}


def _is_due(space: Space) -> bool:
    days = days_kept(space)
    if days is None or space.ended_at is None:
        return False
    return space.ended_at + timedelta(days=days) <= timezone.now()


def _limited(days: int | None) -> int | None:
    maximum: int | None = settings.TRANSCRIPTS_MAX_DAYS or None
    if days is None or maximum is None:
        return maximum if days is None else days
    return min(days, maximum)
