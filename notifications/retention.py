"""Delete notifications older than KEEP_NOTIFICATIONS_DAYS (0 means to keep them forever), and the
push subscriptions of browsers that signed out."""

from django.conf import settings

from accounts.retention import cutoff
from core.batches import delete_in_batches
from notifications.models import Notification
from notifications.push import subscriptions


def sweep() -> dict[str, int]:
    """Delete old rows; return the number of deleted rows by table."""
    return {
        "notifications": _sweep_notifications(),
        "push_subscriptions": subscriptions.sweep(),
    }


def _sweep_notifications() -> int:
    before = cutoff(settings.KEEP_NOTIFICATIONS_DAYS)
    return delete_in_batches(Notification.objects.filter(at__lt=before)) if before else 0
