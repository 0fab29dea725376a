"""Delete old notifications, deliveries and broadcasts (KEEP_…_DAYS; 0 keeps them forever), and the
push subscriptions of browsers that signed out.

Deliveries are deleted only when they are in a final state. Until then, they also make sure that
nothing is sent twice.
"""

from django.conf import settings

from accounts.retention import cutoff
from core.batches import delete_in_batches
from notifications.models import Broadcast, Delivery, Notification
from notifications.push import subscriptions


def sweep() -> dict[str, int]:
    """Delete old rows; return the number of deleted rows by table."""
    return {
        "notifications": _sweep_notifications(),
        "push_subscriptions": subscriptions.sweep(),
        "deliveries": _sweep_finished(Delivery),
        "broadcasts": _sweep_finished(Broadcast),
    }


def _sweep_notifications() -> int:
    before = cutoff(settings.KEEP_NOTIFICATIONS_DAYS)
    return delete_in_batches(Notification.objects.filter(at__lt=before)) if before else 0


def _sweep_finished(model: type[Delivery] | type[Broadcast]) -> int:
    before = cutoff(settings.KEEP_DELIVERIES_DAYS)
    if before is None:
        return 0
    return delete_in_batches(model._default_manager.filter(finished_at__lt=before))
