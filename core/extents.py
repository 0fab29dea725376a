"""Load as much of a list as its reader had loaded before, when they return to its page.

A list is loaded page by page, by primary key. `?until=` is the last key that the reader had loaded.
The response contains all current rows up to this key.
"""

from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest

Row = TypeVar("Row", bound=Model)

MAX_ROWS = 200  # in one response


@dataclass(frozen=True)
class Extent(Generic[Row]):
    rows: QuerySet[Row]
    size: int  # how many of the rows to show
    is_cut: bool = False  # whether there are earlier rows, which are left out


def up_to(rows: QuerySet[Row], until: int | None, *, page: int) -> Extent[Row]:
    """Return the rows up to and including the key `until`, and at least one page. Without `until`,
    return the first page.

    `rows` must be ordered by primary key, in either direction. If there are more than MAX_ROWS,
    return the rows nearest to `until`, since readers are usually at the end of the loaded list.
    """
    if until is None:
        return Extent(rows, page)
    is_descending = rows.query.order_by == ("-pk",)
    towards = rows.filter(pk__gte=until) if is_descending else rows.filter(pk__lte=until)
    backwards = towards.order_by("pk" if is_descending else "-pk").values_list("pk", flat=True)
    keys = list(backwards[: MAX_ROWS + 1])
    if len(keys) <= MAX_ROWS:
        return Extent(rows, max(page, len(keys)))
    first = keys[MAX_ROWS - 1]
    return Extent(
        rows.filter(pk__lte=first) if is_descending else rows.filter(pk__gte=first), MAX_ROWS, True
    )


def key_in(request: HttpRequest, name: str) -> int | None:
    """Return a primary key from the query string; None if it is missing or not a number."""
    value = request.GET.get(name, "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 19 else None
