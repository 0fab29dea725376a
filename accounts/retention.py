"""Delete this app's old data: expired sessions, and exports older than KEEP_EXPORTS_DAYS."""

from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import Export
from core.batches import delete_in_batches


def cutoff(days: int) -> datetime | None:
    """Return the time before which data is deleted. `days` is a setting KEEP_…_DAYS; if it is 0,
    return None, because the data is kept forever."""
    return timezone.now() - timedelta(days=days) if days else None


def sweep() -> dict[str, int]:
    """Delete old rows; return how many of each kind were deleted."""
    return {
        "sessions": _sweep_sessions(),
        "exports": _sweep_exports(),
    }


def _sweep_sessions() -> int:
    deleted = delete_in_batches(Session.objects.filter(expire_date__lt=timezone.now()))
    existing = Session.objects.filter(pk=OuterRef("session_key"))
    delete_in_batches(UserSession.objects.filter(~Exists(existing)))
    return deleted


def _sweep_exports() -> int:
    before = cutoff(settings.KEEP_EXPORTS_DAYS)
    if before is None:
        return 0
    old = list(Export.objects.filter(finished_at__lt=before))
    for export in old:
        export.delete()
    return len(old)
