"""Create the deliveries of broadcasts that are due, in chunks. The broadcasts take turns.

The rows of a chunk and the new cursor are saved in one transaction. So if a worker dies, another
one continues where it stopped, and nobody is left out or counted twice.
"""

import time
from datetime import datetime, timedelta

import structlog
from django.db import transaction

from core import shared_clock
from notifications import channels, preferences, quiet, registry
from notifications.models import Broadcast, Delivery
from notifications.models.broadcast import OPEN
from notifications.registry import PAGE, Kind

CHUNK = 500  # recipients
SLICE = 1.0  # seconds that one run may take
AFTER_ERROR = timedelta(minutes=1)  # until a broadcast that failed is tried again

log = structlog.get_logger(__name__)


def expand_due(*, seconds: float = SLICE) -> bool:
    """Expand broadcasts that are due; return True if the time ran out, so some may be left."""
    until = time.monotonic() + seconds
    while _expand_chunk(shared_clock.now()):
        if time.monotonic() > until:
            return True
    return False


def _expand_chunk(now: datetime) -> bool:
    """Expand one chunk of the broadcast whose turn it is; return False if none is due, or if other
    workers are expanding all due broadcasts."""
    with transaction.atomic():
        due = Broadcast.objects.filter(state__in=OPEN, next_at__lte=now).order_by("next_at", "pk")
        found = due.select_for_update(skip_locked=True).first()
        if found is None:
            return False
        try:
            with transaction.atomic():
                _create_deliveries(found, now)
        except Exception:  # continue with the other broadcasts
            log.exception("broadcast_not_expanded", kind=found.kind, subject=found.subject)
            found.refresh_from_db()
            found.next_at = now + AFTER_ERROR
        found.save()
    return True


def _create_deliveries(broadcast: Broadcast, now: datetime) -> None:
    kind = registry.kind(broadcast.kind)
    if kind.audience is None:
        raise ValueError(f"The kind {kind.name} has no audience.")
    found = kind.audience(broadcast.subject, broadcast.cursor, CHUNK)
    rows = _deliveries(kind, broadcast, [user_id for _, user_id in found])
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    broadcast.recipients += len(found)
    broadcast.next_at = now  # after all others that are due
    broadcast.state = Broadcast.State.EXPANDING
    if found:
        broadcast.cursor = found[-1][0]
    if len(found) < CHUNK:
        broadcast.state, broadcast.finished_at = Broadcast.State.DONE, now
        log.info(
            "broadcast_expanded",
            kind=kind.name,
            subject=broadcast.subject,
            recipients=broadcast.recipients,
        )


def _deliveries(kind: Kind, broadcast: Broadcast, user_ids: list[int]) -> list[Delivery]:
    wanted = preferences.channels_of(kind, user_ids)
    delayed = quiet.delays(kind, user_ids, broadcast.due_at)
    rows = []
    for channel in kind.channels:
        reachable = channels.reachable(channel, [pk for pk in user_ids if channel in wanted[pk]])
        for position, user_id in enumerate(user_ids, start=broadcast.recipients + 1):
            if user_id not in reachable:
                continue
            due_at = broadcast.due_at
            if channel != PAGE:
                due_at = delayed.get(user_id, due_at)
            rows.append(
                Delivery(
                    kind=kind.name,
                    subject=broadcast.subject,
                    user_id=user_id,
                    channel=channel,
                    position=position,
                    due_at=due_at,
                    late_at=kind.late_at(due_at),
                    next_try_at=due_at,
                )
            )
    return rows
