"""Find work in the database that no task is doing, so that nothing depends on messages in Redis."""

from datetime import datetime

from django.db.models import Case, QuerySet, Value, When

from core import shared_clock
from core.batches import BATCH
from notifications import claims
from notifications.models import Broadcast, Delivery
from notifications.models.broadcast import OPEN

State = Delivery.State


def sweep() -> dict[str, int]:
    """Close rows whose worker died while it sent them, and rows that are too late.

    Return how many of each were closed.
    """
    now = shared_clock.now()
    return {"uncertain": claims.settle_expired(now), "missed": _close_late(now)}


def channels_with_work(names: list[str]) -> list[str]:
    """Return the channels among `names` with deliveries that can be sent now."""
    now = shared_clock.now()
    due = Delivery.objects.filter(state=State.DUE, next_try_at__lte=now)
    return [name for name in names if due.filter(channel=name).exists()]


def has_broadcast_to_expand() -> bool:
    now = shared_clock.now()
    return Broadcast.objects.filter(state__in=OPEN, next_at__lte=now).exists()


def _close_late(now: datetime) -> int:
    late = Delivery.objects.filter(state=State.DUE, late_at__lte=now)
    reason = Case(When(reason="", then=Value("late")), default="reason")
    closed = 0
    while keys := _first(late):
        # A run may claim a row in between, so check its state again.
        rows = Delivery.objects.filter(pk__in=keys, state=State.DUE)
        closed += rows.update(state=State.MISSED, reason=reason, finished_at=now)
    return closed


def _first(rows: QuerySet[Delivery]) -> list[int]:
    return list(rows.values_list("pk", flat=True)[:BATCH])
