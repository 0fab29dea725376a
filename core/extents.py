"""How much of a list its reader had before them: Back shows them as much of it again.

A list is read by key, page by page. `?until=` names the last key that the reader had reached; the
rows up to it come in one answer, as they are now.
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
    is_cut: bool = False  # there are more in front of them, which this answer leaves out


def up_to(rows: QuerySet[Row], until: int | None, *, page: int) -> Extent[Row]:
    """The rows through the key `until`, and never less than a page.

    `rows` are ordered by their key, up or down. Where there are more than MOST, these are the
    nearest to `until`: a reader's place is at the end of what they had loaded.
    """
    if until is None:
        return Extent(rows, page)
    falls = rows.query.order_by == ("-pk",)
    towards = rows.filter(pk__gte=until) if falls else rows.filter(pk__lte=until)
    backwards = towards.order_by("pk" if falls else "-pk").values_list("pk", flat=True)
    keys = list(backwards[: MOST + 1])
    if len(keys) <= MOST:
        return Extent(rows, max(page, len(keys)))
    first = keys[MOST - 1]
    return Extent(rows.filter(pk__lte=first) if falls else rows.filter(pk__gte=first), MOST, True)


def key_in(request: HttpRequest, name: str) -> int | None:
    """A key in the address; whatever else stands there is as good as none."""
    value = request.GET.get(name, "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 19 else None
