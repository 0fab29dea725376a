"""How long the chat and the journal of a Space are kept after it ended (the KEEP_… settings)."""

from django.conf import settings

from accounts.retention import cutoff, delete_in_batches
from spaces.models import Message, RoomEvent


def sweep() -> dict[str, int]:
    """What went, by kind."""
    chat, journal = cutoff(settings.KEEP_CHAT_DAYS), cutoff(settings.KEEP_JOURNAL_DAYS)
    return {
        "messages": delete_in_batches(Message.objects.filter(space__ended_at__lt=chat))
        if chat
        else 0,
        "journal": delete_in_batches(RoomEvent.objects.filter(space__ended_at__lt=journal))
        if journal
        else 0,
    }
