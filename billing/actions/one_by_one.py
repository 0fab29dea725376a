"""Process items one by one, so that an unexpected error with one does not stop the others."""

from collections.abc import Callable, Iterable
from typing import TypeVar

import structlog
from django.db.models import Model

Item = TypeVar("Item", bound=Model)

log = structlog.get_logger(__name__)


def count_done(items: Iterable[Item], work: Callable[[Item], bool]) -> int:
    """Call `work` for each item; return for how many it returned True. Log unexpected errors."""
    done = 0
    for item in items:
        try:
            done += work(item)
        except Exception:
            log.exception("ticket_work_failed", item=f"{item._meta.label}:{item.pk}")
    return done
