"""When and how to repeat a request to Stripe."""

import random
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, QuerySet

from billing.models import Refund, Transfer
from core import shared_clock

FIRST = timedelta(seconds=10)
LONGEST = timedelta(hours=1)
AFTER_REFUSAL = timedelta(days=1)


def next_try(now: datetime, attempts: int) -> datetime:
    """Return the time of the next attempt: pauses double, and vary to spread the load."""
    pause = min(FIRST * float(2 ** min(attempts, 10)), LONGEST)
    return now + pause * random.uniform(0.75, 1.25)  # noqa: S311 - spreads load only


def note_attempt(row: Refund | Transfer) -> bool:
    """Store the time of the next attempt before this attempt is made. So even after an error or a
    crash, other rows don't have to wait for this one. Return False if another worker is making an
    attempt."""
    rows: QuerySet[Any] = type(row)._default_manager.all()
    same = rows.filter(
        pk=row.pk, state=row.state, failures=row.failures, next_try_at=row.next_try_at
    )
    next_try_at = next_try(shared_clock.now(), row.attempts)
    return bool(same.update(attempts=F("attempts") + 1, next_try_at=next_try_at))


def key(name: str, failures: int) -> str:
    """Return the idempotency key of an attempt. An attempt that got no answer is repeated with the
    same key. After a refusal, the next attempt has another key, because Stripe stores its refusals,
    too."""
    return f"{name}:{failures}" if failures else name
