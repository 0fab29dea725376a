"""Notify many people of one thing at a given time, e.g. everyone with a reminder for a Space.

The kind's `audience` returns the recipients when the broadcast is due, not when it is planned.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from core import shared_clock
from core.queueing import queue_on_commit
from notifications import registry, tasks
from notifications.models import Broadcast

CANCELLED = Broadcast.State.CANCELLED


def plan(kind: str, subject: str, due_at: datetime) -> Broadcast:
    """Plan a broadcast as a part of the caller's transaction, or move one that has not begun.

    There is one broadcast per kind and subject. Once it has begun or was cancelled, it can't be
    moved; a new time then needs a new subject. Raise ValueError if the kind has no audience.
    """
    if registry.kind(kind).audience is None:
        raise ValueError(f"The kind {kind} has no audience.")
    times = {"due_at": due_at, "next_at": due_at}
    found, created = Broadcast.objects.get_or_create(kind=kind, subject=subject, defaults=times)
    if not created and found.due_at != due_at:
        Broadcast.objects.filter(pk=found.pk, state=Broadcast.State.WAITING).update(**times)
        found.refresh_from_db()
    if due_at <= shared_clock.now():
        queue_on_commit(tasks.find_broadcasts)  # later broadcasts are found by the sweeper
    return found


def cancel(kind: str, subject: str) -> bool:
    """Cancel a broadcast, as a part of the caller's transaction.

    Deliveries that are due are skipped when it is their turn. Return False if there is no such
    broadcast or it was cancelled before.
    """
    found = Broadcast.objects.filter(kind=kind, subject=subject).exclude(state=CANCELLED)
    return bool(found.update(state=CANCELLED, finished_at=shared_clock.now()))


def about(kind: str, prefixes: Iterable[str]) -> QuerySet[Broadcast]:
    """Return the broadcasts of a kind whose subjects start with one of `prefixes`."""
    has_prefix = Q()
    for prefix in prefixes:
        has_prefix |= Q(subject__startswith=prefix)
    return Broadcast.objects.filter(has_prefix, kind=kind)
