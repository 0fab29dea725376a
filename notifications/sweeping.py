"""Find in the database what nobody works on, so that nothing depends on messages in Redis."""

from datetime import datetime

from django.db.models import Case, Q, QuerySet, Value, When

from core import shared_clock
from core.batches import BATCH
from notifications.models import Broadcast, Delivery
from notifications.models.broadcast import OPEN

LOST = "the worker died while it was sent"

State = Delivery.State


def sweep() -> dict[str, int]:
    """Close rows whose worker died while it sent them, and rows that are too late.

    Return how many of each were closed.
    """
    now = shared_clock.now()
    return {"uncertain": _close_lost(now), "missed": _close_late(now)}


def channels_with_work(names: list[str]) -> list[str]:
    """Return those of these channels through which something can be sent now."""
    now = shared_clock.now()
    due = Delivery.objects.filter(state=State.DUE, next_try_at__lte=now)
    return [name for name in names if due.filter(channel=name).exists()]


def has_broadcast_to_expand() -> bool:
    now = shared_clock.now()
    return Broadcast.objects.filter(state__in=OPEN, next_at__lte=now).exists()


def _close_lost(now: datetime) -> int:
    """The row keeps its token: if the worker was only slow, it still marks the row as sent."""
    lost = Delivery.objects.filter(state=State.SENDING, lease_until__lt=now)
    return lost.update(state=State.UNCERTAIN, reason=LOST, finished_at=now, lease_until=None)


def _close_late(now: datetime) -> int:
    late = Delivery.objects.filter(state=State.DUE, late_at__lte=now)
    reason = Case(When(reason="", then=Value("late")), default="reason")
    closed = 0
    while keys := _first(late):
        # Another worker may mark a row as sending in between, so check its state again.
        rows = Delivery.objects.filter(Q(pk__in=keys), state=State.DUE)
        closed += rows.update(state=State.MISSED, reason=reason, finished_at=now, lease_until=None)
    return closed


def _first(rows: QuerySet[Delivery]) -> list[int]:
    return list(rows.values_list("pk", flat=True)[:BATCH])
