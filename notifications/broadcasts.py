"""Notify many people of one thing at a given time, e.g. everyone with a reminder for a Space.

The kind's `audience` returns the recipients when the broadcast is due, not when it is planned.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from core.batches import in_batches
from notifications import registry
from notifications.models import Broadcast, Delivery
from notifications.models.broadcast import OPEN


def plan(kind: str, subject: str, due_at: datetime) -> Broadcast:
    """Plan a broadcast as a part of the caller's transaction, or move one that has not begun.

    The same kind and subject are broadcast once. After it has begun or was cancelled, nothing
    changes; a new time then needs a new subject. Raise ValueError if the kind has no audience.
    """
    if registry.kind(kind).audience is None:
        raise ValueError(f"The kind {kind} has no audience.")
    times = {"due_at": due_at, "next_at": due_at}
    found, created = Broadcast.objects.get_or_create(kind=kind, subject=subject, defaults=times)
    if not created and found.due_at != due_at:
        Broadcast.objects.filter(pk=found.pk, state=Broadcast.State.WAITING).update(**times)
        found.refresh_from_db()
    return found


def cancel(kind: str, subject: str) -> bool:
    """Cancel what has not been sent yet, as a part of the caller's transaction.

    Return False if there is no such broadcast or if all of it was sent.
    """
    now = timezone.now()
    cancelled = {"state": Broadcast.State.CANCELLED, "finished_at": now}
    with transaction.atomic():
        opened = Broadcast.objects.filter(kind=kind, subject=subject, state__in=OPEN)
        stopped = opened.update(**cancelled)
        due = Delivery.objects.filter(kind=kind, subject=subject, state=Delivery.State.DUE)
        skipped = {"state": Delivery.State.SKIPPED, "reason": "cancelled", "finished_at": now}
        for batch in in_batches(due):
            stopped += batch.update(**skipped)
    return bool(stopped)
