"""Process many rows in batches, because one long statement blocks all other writers on SQLite."""

from collections.abc import Iterator
from typing import TypeVar

from django.db.models import Model, QuerySet

BATCH = 1000  # rows

Row = TypeVar("Row", bound=Model)


def in_batches(rows: QuerySet[Row]) -> Iterator[QuerySet[Row]]:
    """Yield query sets of at most BATCH rows each, in primary-key order.

    Callers must not change primary keys. For speed, the index that finds the rows should end with
    the primary key.
    """
    done = 0
    keys = rows.order_by("pk").values_list("pk", flat=True)
    while batch := list(keys.filter(pk__gt=done)[:BATCH]):
        yield rows.filter(pk__gt=done, pk__lte=batch[-1])
        done = batch[-1]


def delete_in_batches(rows: QuerySet[Row]) -> int:
    """Delete rows that no other rows refer to; return how many were deleted."""
    total = 0
    keys = rows.order_by().values_list(
        "pk", flat=True
    )  # unordered, so that the database can use any index
    while batch := list(keys[:BATCH]):
        rows.model._default_manager.filter(pk__in=batch).delete()
        total += len(batch)
    return total
