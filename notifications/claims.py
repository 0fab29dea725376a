"""The states of deliveries in the database: claim rows, mark them, and put them back.

A run has a token and a lease. Before it hands a delivery over, it stores the delivery's id in its
own row (`begin`), which also renews its lease. If its row is missing, the lease had expired and the
sweeper has decided about its deliveries (`settle_expired`), so the run stops. A run changes only
deliveries that have its token and the expected state. So however often a task is delivered, and
however slow a process is, no delivery is handed over twice.
"""

import random
import secrets
import time
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from core import shared_clock
from notifications.channels.errors import Retry
from notifications.models import Delivery, Run
from notifications.models.delivery import REASON_LENGTH, State

SMALLEST_CHUNK, LARGEST_CHUNK = 20, 400  # rows that are claimed at once
FIRST_RETRY, LONGEST_RETRY = 15.0, 600.0  # seconds; each attempt doubles the wait
LOST = "the worker died while it was sent"

# This runs once per delivery, so it does not use Django's query builder; see also `_execute`.
_BEGIN = f"UPDATE {Run._meta.db_table} SET current = %s, lease_until = %s WHERE id = %s"  # noqa: S608


class LostLease(Exception):
    """The lease had expired, so the sweeper has decided about the deliveries of this run."""


class Claims:
    """The claims of one run of a task, on deliveries through one channel."""

    def __init__(self, channel: str) -> None:
        self._channel = channel
        self._run: Run | None = None
        self._ahead = shared_clock.now().timestamp() - time.monotonic()

    def now(self) -> datetime:
        """Return the shared clock's time, which is read only once per run."""
        return datetime.fromtimestamp(self._ahead + time.monotonic(), UTC)

    def claim(self, *, most: int = LARGEST_CHUNK, single_only: bool = False) -> list[Delivery]:
        """Claim the next rows, in the order in which to send them; with `single_only`, leave out
        the rows of broadcasts."""
        due = Delivery.objects.filter(
            state=State.DUE, channel=self._channel, next_try_at__lte=self.now()
        )
        if single_only:
            due = due.filter(position=0)
        ordered = due.order_by("position", "next_try_at", "pk")
        with transaction.atomic():
            free = ordered.select_for_update(skip_locked=True).values_list("pk", flat=True)
            keys = list(free[:most])
            if not keys:
                return []
            claimed = {"state": State.SENDING, "claimed_by": self._start_run().token}
            Delivery.objects.filter(pk__in=keys).update(**claimed)
        people = ("user__notification_settings", "actor")
        rows = Delivery.objects.filter(pk__in=keys).select_related(*people)
        return list(rows.order_by("position", "pk"))

    def begin(self, row: Delivery) -> None:
        """Record that this row is handed over now, and that the rows before it are done. Raise
        LostLease if the run's own row is gone."""
        lease = connection.ops.adapt_datetimefield_value(self._lease())
        if _execute(_BEGIN, [row.pk, lease, self._run.pk if self._run else None]) != 1:
            raise LostLease

    def mark_sent(self, rows: Collection[Delivery]) -> None:
        """Mark rows that the provider accepted, even if the sweeper has marked one of them as
        uncertain in the meantime, because this process was slow."""
        ours = self._ours(rows, State.SENDING, State.UNCERTAIN)
        ours.update(state=State.SENT, reason="", finished_at=self.now())

    def lock_all(self, rows: Collection[Delivery]) -> set[int]:
        """Lock the rows that this run still owns until the transaction ends; return their keys."""
        return set(self._ours(rows).select_for_update().values_list("pk", flat=True))

    def close(self, rows: Collection[Delivery], state: State, reason: str) -> None:
        closed = {"state": state, "reason": reason[:REASON_LENGTH], "finished_at": self.now()}
        self._ours(rows).update(**closed)

    def put_off(self, row: Delivery, error: Retry) -> None:
        """Release a row to be retried later. Jitter spreads the attempts of many rows."""
        backoff = min(FIRST_RETRY * 2 ** min(row.attempts, 10), LONGEST_RETRY)
        wait = error.after or backoff * random.uniform(0.75, 1.25)  # noqa: S311 - no secret
        released = self._released(wait)
        reason = error.reason[:REASON_LENGTH]
        self._ours([row]).update(reason=reason, attempts=row.attempts + 1, **released)

    def put_back(self, rows: Sequence[Delivery], *, after: float = 0.0) -> None:
        """Release rows that were not tried."""
        self._ours(rows).update(**self._released(after))

    def end(self) -> None:
        if self._run is not None:
            self._run.delete()

    def _start_run(self) -> Run:
        """Create the run's row, or let it begin its next chunk."""
        lease = self._lease()
        if self._run is None:
            self._run = Run.objects.create(token=secrets.token_hex(16), lease_until=lease)
        elif not Run.objects.filter(pk=self._run.pk).update(current=None, lease_until=lease):
            raise LostLease
        return self._run

    def _released(self, after: float) -> dict[str, object]:
        next_try_at = self.now() + timedelta(seconds=after)
        return {"state": State.DUE, "claimed_by": "", "next_try_at": next_try_at}

    def _ours(self, rows: Collection[Delivery], *states: State) -> QuerySet[Delivery]:
        keys = [row.pk for row in rows]
        token = self._run.token if self._run else "none"
        return Delivery.objects.filter(
            pk__in=keys, claimed_by=token, state__in=states or (State.SENDING,)
        )

    def _lease(self) -> datetime:
        return self.now() + timedelta(seconds=settings.NOTIFICATION_LEASE)


def _execute(statement: str, values: list[Any]) -> int:
    """Execute a statement; return how many rows it changed.

    On PostgreSQL the statement is prepared. Django's own cursors never prepare statements, so they
    cost the worker and PostgreSQL twice as much.
    """
    database: Any = connection  # its type doesn't have `Database`, the driver's module
    if database.vendor != "postgresql":
        with database.cursor() as cursor:
            cursor.execute(statement, values)
            return int(cursor.rowcount)
    database.ensure_connection()
    with database.wrap_database_errors, database.Database.Cursor(database.connection) as cursor:
        return int(cursor.execute(statement, values, prepare=True).rowcount)


def settle_expired(now: datetime) -> int:
    """Decide about the deliveries of runs whose lease has expired, because their workers died or
    hang. Return how many became uncertain."""
    uncertain = 0
    for pk in Run.objects.filter(lease_until__lt=now).values_list("pk", flat=True):
        with transaction.atomic():
            expired = Run.objects.filter(pk=pk, lease_until__lt=now)
            run = expired.select_for_update(skip_locked=True).first()
            if run is not None:
                uncertain += _settle(run, now)
                run.delete()
    return uncertain + _settle_orphans(now)


def _settle_orphans(now: datetime) -> int:
    """Mark claimed deliveries without a run as uncertain. There should be none; if there are some,
    nobody knows whether they were sent."""
    orphans = Delivery.objects.filter(state=State.SENDING)
    orphans = orphans.exclude(claimed_by__in=Run.objects.values("token"))
    return orphans.update(state=State.UNCERTAIN, reason="its run is gone", finished_at=now)


def _settle(run: Run, now: datetime) -> int:
    rows = Delivery.objects.filter(claimed_by=run.token, state=State.SENDING)
    uncertain = 0
    current = Delivery.objects.filter(pk=run.current or 0).first()
    if current is not None:
        place = {"position": current.position, "pk__lt": current.pk}
        before = rows.filter(Q(position__lt=current.position) | Q(**place))
        before.update(state=State.SENT, reason="", finished_at=now)
        # The row keeps its token, so that a run that was only slow can still mark it as sent.
        lost = {"state": State.UNCERTAIN, "reason": LOST, "finished_at": now}
        uncertain = rows.filter(pk=current.pk).update(**lost)
    rows.update(state=State.DUE, claimed_by="", next_try_at=now)
    return uncertain
