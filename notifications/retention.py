"""Delete notifications older than KEEP_NOTIFICATIONS_DAYS; 0 means to keep them forever."""

from django.conf import settings

from accounts.retention import cutoff
from core.batches import delete_in_batches
from notifications.models import Notification


def sweep() -> dict[str, int]:
    """Delete old rows; return the number of deleted rows by table."""
    return {"notifications": _sweep_notifications()}


def _sweep_notifications() -> int:
    before = cutoff(settings.KEEP_NOTIFICATIONS_DAYS)
    return delete_in_batches(Notification.objects.filter(at__lt=before)) if before else 0
