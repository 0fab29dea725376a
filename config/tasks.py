"""Expiry of tasks: each task has the time when it was queued, and may have a lifetime.

Celery's `expires` is set by the sender's clock, but the worker compares it with its own clock. If
the worker's clock were 40 s ahead, it would discard every task that checks the stages. So tasks
that become useless have `"headers": {"lifetime": seconds}`, and both sides use the clock of Redis.
"""

from typing import Any

import structlog
from celery import Task
from celery.signals import before_task_publish
from redis import RedisError

from core import shared_clock
from core.database import is_caused_by_outage

QUEUED_AT, LIFETIME = "queued_at", "lifetime"  # headers of a queued task, in seconds

log = structlog.get_logger(__name__)


class TimedTask(Task):
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if is_stale(self.request.headers or {}):
            log.info("stale_task_skipped", task=self.name)
            return None
        try:
            return super().__call__(*args, **kwargs)
        except Exception as error:
            if LIFETIME in (self.request.headers or {}) and is_caused_by_outage(error):
                log.warning("task_put_off", task=self.name, error=repr(error))
                return None  # the next task follows soon, maybe after the outage
            raise


@before_task_publish.connect
def stamp(headers: dict[str, Any], **_: Any) -> None:
    headers[QUEUED_AT] = shared_clock.now().timestamp()


def is_stale(headers: dict[str, Any]) -> bool:
    """Return whether a task has waited longer than its lifetime."""
    queued_at, lifetime = headers.get(QUEUED_AT), headers.get(LIFETIME)
    if queued_at is None or lifetime is None:
        return False
    try:
        return bool(shared_clock.read() - queued_at > lifetime)
    except RedisError:
        return False
