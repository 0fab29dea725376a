"""How much of a list its reader had loaded: after Back they see as much of it again.

A list is loaded page by page, by key. `?until=` is the last key that the reader had loaded; the
response has all rows up to it, as they are now.
"""

from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest

Row = TypeVar("Row", bound=Model)

MOST = 200  # rows in one answer; as static/js/places.js


@dataclass(frozen=True)
class Extent(Generic[Row]):
    rows: QuerySet[Row]
    size: int  # how many of them to show
    is_cut: bool = False  # there are more rows before these, which are left out


def up_to(rows: QuerySet[Row], until: int | None, *, page: int) -> Extent[Row]:
    """Return the rows up to and including the key `until`, and at least one page.

    `rows` are ordered by their key, in either direction. Of more than MOST rows, these are the ones
    nearest to `until`, since readers are usually at the end of what they loaded.
    """
    if until is None:
        return Extent(rows, page)
    is_descending = rows.query.order_by == ("-pk",)
    towards = rows.filter(pk__gte=until) if is_descending else rows.filter(pk__lte=until)
    backwards = towards.order_by("pk" if is_descending else "-pk").values_list("pk", flat=True)
    keys = list(backwards[: MOST + 1])
    if len(keys) <= MOST:
        return Extent(rows, max(page, len(keys)))
    first = keys[MOST - 1]
    return Extent(
        rows.filter(pk__lte=first) if is_descending else rows.filter(pk__gte=first), MOST, True
    )


def key_in(request: HttpRequest, name: str) -> int | None:
    """Return a key from the query string, or None if it is missing or not a number."""
    value = request.GET.get(name, "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 19 else None
