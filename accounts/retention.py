"""How long this app keeps what nobody needs any more (the KEEP_… settings; 0 keeps it for ever)."""

from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import Export
from core.batches import delete_in_batches


def cutoff(days: int) -> datetime | None:
    """What is older may go; None where it is kept for ever."""
    return timezone.now() - timedelta(days=days) if days else None


def sweep() -> dict[str, int]:
    """What went, by kind."""
    return {
        "sessions": _sweep_sessions(),
        "exports": _sweep_exports(),
    }


def _sweep_sessions() -> int:
    ended = delete_in_batches(Session.objects.filter(expire_date__lt=timezone.now()))
    there = Session.objects.filter(pk=OuterRef("session_key"))
    delete_in_batches(UserSession.objects.filter(~Exists(there)))
    return ended


def _sweep_exports() -> int:
    before = cutoff(settings.KEEP_EXPORTS_DAYS)
    if before is None:
        return 0
    old = list(Export.objects.filter(finished_at__lt=before))
    for export in old:
        export.delete()
    return len(old)
