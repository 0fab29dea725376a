"""Work on many rows in batches: one long statement would block every other writer on SQLite."""

from collections.abc import Iterator
from typing import TypeVar

from django.db.models import Model, QuerySet

BATCH = 1000  # rows

Row = TypeVar("Row", bound=Model)


def in_batches(rows: QuerySet[Row]) -> Iterator[QuerySet[Row]]:
    """Yield query sets of at most BATCH rows each, in the order of their keys.

    Callers must not change keys. The index that finds the rows should end with the key.
    """
    done = 0
    keys = rows.order_by("pk").values_list("pk", flat=True)
    while batch := list(keys.filter(pk__gt=done)[:BATCH]):
        yield rows.filter(pk__gt=done, pk__lte=batch[-1])
        done = batch[-1]


def delete_in_batches(rows: QuerySet[Row]) -> int:
    """Delete rows that nothing else refers to, and return how many."""
    total = 0
    keys = rows.order_by().values_list("pk", flat=True)  # in no order: any index will do
    while batch := list(keys[:BATCH]):
        rows.model._default_manager.filter(pk__in=batch).delete()
        total += len(batch)
    return total
