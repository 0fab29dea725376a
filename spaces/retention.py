"""Delete data of Spaces that ended long ago: chats after KEEP_CHAT_DAYS; journals, requests to
speak, guests and the reasons of removals after KEEP_JOURNAL_DAYS."""

from datetime import datetime

from django.conf import settings
from django.db.models import Model

from accounts.retention import cutoff
from core.batches import delete_in_batches
from spaces.models import Guest, Message, Removal, RoomEvent, SpeakRequest


def sweep() -> dict[str, int]:
    """Delete old data. Return the number of affected rows by kind."""
    chat, journal = cutoff(settings.KEEP_CHAT_DAYS), cutoff(settings.KEEP_JOURNAL_DAYS)
    return {
        "messages": _delete_before(chat, Message),
        "journal": _delete_before(journal, RoomEvent, SpeakRequest, Guest),
        "reasons": _delete_reasons(journal),
    }


def _delete_before(end: datetime | None, *models: type[Model]) -> int:
    if end is None:
        return 0
    rows = (model._default_manager.filter(space__ended_at__lt=end) for model in models)
    return sum(delete_in_batches(each) for each in rows)


def _delete_reasons(end: datetime | None) -> int:
    """Delete the reasons that hosts wrote for removals. The removals stay."""
    if end is None:
        return 0
    return Removal.objects.filter(space__ended_at__lt=end).exclude(reason="").update(reason="")
