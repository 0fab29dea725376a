"""When to repeat a request that Stripe did not answer."""

import random
from datetime import datetime, timedelta

FIRST = timedelta(seconds=10)
LONGEST = timedelta(hours=1)


def next_try(now: datetime, attempts: int) -> datetime:
    """Return the time of the next attempt: pauses double, and vary to spread the load."""
    pause = min(FIRST * float(2 ** min(attempts, 10)), LONGEST)
    return now + pause * random.uniform(0.75, 1.25)  # noqa: S311 - spreads load only
