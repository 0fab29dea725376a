"""When to try again what Stripe did not answer."""

import random
from datetime import datetime, timedelta

FIRST = timedelta(seconds=10)
LONGEST = timedelta(hours=1)


def next_try(now: datetime, attempts: int) -> datetime:
    """Return the time of the next attempt: the pauses double, and vary so that they spread."""
    pause = min(FIRST * float(2 ** min(attempts, 10)), LONGEST)
    return now + pause * random.uniform(0.75, 1.25)  # noqa: S311 - spreads load only
