"""The state of the queue of deliveries in numbers, for `/healthz` and the admin."""

from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min

from core import shared_clock
from notifications.models import Broadcast, Delivery
from notifications.models.broadcast import OPEN
from notifications.models.delivery import FINAL, State

RECENT = timedelta(hours=1)  # count deliveries that reached a final state within this time


@dataclass(frozen=True)
class QueueReport:
    due: int  # deliveries that could be sent now
    later: int  # deliveries whose time has not come, or that are retried later
    sending: int
    # How long the oldest due delivery has been waiting, in seconds.
    oldest_single: float
    oldest_of_broadcast: float
    broadcasts_due: int  # broadcasts that are due and not completely expanded
    last_hour: dict[str, int] = field(default_factory=dict)  # by final state

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def report() -> QueueReport:
    now = shared_clock.now()
    waiting = Delivery.objects.filter(state=State.DUE)
    due = waiting.filter(next_try_at__lte=now)
    open_broadcasts = Broadcast.objects.filter(state__in=OPEN, next_at__lte=now)
    number = due.count()
    return QueueReport(
        due=number,
        later=waiting.count() - number,
        sending=Delivery.objects.filter(state=State.SENDING).count(),
        oldest_single=_age(due.filter(position=0).aggregate(at=Min("next_try_at"))["at"], now),
        oldest_of_broadcast=_age(
            due.filter(position__gt=0).aggregate(at=Min("next_try_at"))["at"], now
        ),
        broadcasts_due=open_broadcasts.count(),
        last_hour=_finished_since(now - RECENT),
    )


def _finished_since(at: datetime) -> dict[str, int]:
    found = Delivery.objects.filter(finished_at__gte=at).order_by().values_list("state")
    counted = dict(found.annotate(number=Count("pk")))
    return {state.value: counted.get(state, 0) for state in FINAL}


def _age(at: datetime | None, now: datetime) -> float:
    return round(max(0.0, (now - at).total_seconds()), 1) if at else 0.0
