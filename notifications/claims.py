"""The states of deliveries in the database: claim rows, mark them, and put them back.

Every change after the claim finds a row only with this claim's token and in the expected state. So
a run that lost its claim, because it was slow or because Celery delivered its task twice, changes
nothing and sends nothing.
"""

import random
import secrets
import time
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet

from core import shared_clock
from notifications.channels.errors import Retry
from notifications.models import Delivery
from notifications.models.delivery import REASON_LENGTH, State

CHUNK = 100  # rows that are claimed at once
FIRST_RETRY, LONGEST_RETRY = 15.0, 600.0  # seconds; each attempt doubles the wait

# Mark one row as sent and another one as sending. One statement, and therefore one commit, for two
# rows halves the work of the database.
_MARK = f"""
    UPDATE {Delivery._meta.db_table} SET
        state = CASE WHEN id = %s THEN 'sent' ELSE 'sending' END,
        reason = CASE WHEN id = %s THEN '' ELSE reason END,
        attempts = CASE WHEN id = %s THEN attempts ELSE attempts + 1 END,
        finished_at = CASE WHEN id = %s THEN {{time}} END,
        lease_until = CASE WHEN id = %s THEN NULL ELSE {{time}} END
    WHERE id IN (%s, %s) AND claimed_by = %s AND (
        (id = %s AND state IN ('sending', 'uncertain')) OR (id = %s AND state = 'due')
    )
    RETURNING id
"""  # noqa: S608 - the table's name is ours
_TIME = {"postgresql": "%s::timestamptz"}  # PostgreSQL can't infer the type inside CASE


class Claims:
    """The claims of one run of a task, on deliveries through one channel."""

    def __init__(self, channel: str) -> None:
        self._channel = channel
        self._token = secrets.token_hex(16)
        self._ahead = shared_clock.now().timestamp() - time.monotonic()

    def now(self) -> datetime:
        """Return the shared clock's time, which is read only once per run."""
        return datetime.fromtimestamp(self._ahead + time.monotonic(), UTC)

    def claim(self, *, single_only: bool = False) -> list[Delivery]:
        """Claim the next rows; with `single_only`, none of broadcasts."""
        due = Delivery.objects.filter(
            state=State.DUE, channel=self._channel, next_try_at__lte=self.now()
        )
        if single_only:
            due = due.filter(position=0)
        with transaction.atomic():
            ordered = due.order_by("position", "next_try_at", "pk")
            free = ordered.select_for_update(skip_locked=True).values_list("pk", flat=True)
            keys = list(free[:CHUNK])
            lease = self._lease()
            # Nobody else finds the rows before the lease has expired, and then everybody does.
            claimed = {"claimed_by": self._token, "lease_until": lease, "next_try_at": lease}
            Delivery.objects.filter(pk__in=keys).update(**claimed)
        rows = Delivery.objects.filter(pk__in=keys).select_related("user", "actor")
        return list(rows.order_by("position", "pk"))

    def mark(self, *, sent: int | None, sending: int | None) -> bool:
        """Mark one row as sent and another one as sending; return whether the latter still is ours.

        A row that became uncertain in the meantime, because this process was slow, was sent.
        """
        first, second = sent or 0, sending or 0
        adapt = connection.ops.adapt_datetimefield_value
        times = adapt(self.now()), adapt(self._lease())
        parameters = [first, first, first, first, times[0], first, times[1]]
        parameters += [first, second, self._token, first, second]
        with connection.cursor() as cursor:
            cursor.execute(_MARK.format(time=_TIME.get(connection.vendor, "%s")), parameters)
            return (second,) in cursor.fetchall()

    def lock_all(self, rows: Collection[int]) -> set[int]:
        """Lock those rows that still are ours for the rest of the transaction."""
        ours = self._due(rows).select_for_update()
        return set(ours.values_list("pk", flat=True))

    def mark_all_sent(self, rows: Collection[int]) -> None:
        sent = {"state": State.SENT, "finished_at": self.now(), "lease_until": None}
        self._due(rows).update(**sent, reason="")

    def close(self, row: Delivery, state: State, reason: str) -> None:
        self._ours(row).update(
            state=state,
            reason=reason[:REASON_LENGTH],
            finished_at=self.now(),
            lease_until=None,
        )

    def put_off(self, row: Delivery, error: Retry) -> None:
        """Try again later. Jitter spreads the attempts of many rows."""
        backoff = min(FIRST_RETRY * 2 ** min(row.attempts, 10), LONGEST_RETRY)
        wait = error.after or backoff * random.uniform(0.75, 1.25)  # noqa: S311 - no secret
        self._ours(row).update(
            state=State.DUE,
            reason=error.reason[:REASON_LENGTH],
            attempts=row.attempts + 1,
            **self._released(wait),
        )

    def put_back(self, rows: Sequence[Delivery], *, after: float = 0.0) -> None:
        """Release rows that were not tried."""
        self._due([row.pk for row in rows]).update(**self._released(after))

    def _released(self, after: float) -> dict[str, object]:
        next_try_at = self.now() + timedelta(seconds=after)
        return {"claimed_by": "", "lease_until": None, "next_try_at": next_try_at}

    def _due(self, rows: Collection[int]) -> QuerySet[Delivery]:
        return Delivery.objects.filter(pk__in=rows, claimed_by=self._token, state=State.DUE)

    def _ours(self, row: Delivery) -> QuerySet[Delivery]:
        states = (State.DUE, State.SENDING)
        return Delivery.objects.filter(pk=row.pk, claimed_by=self._token, state__in=states)

    def _lease(self) -> datetime:
        return self.now() + timedelta(seconds=settings.NOTIFICATION_LEASE)
