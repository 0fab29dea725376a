"""Ended Spaces, found by what was said in them."""

from dataclasses import dataclass

from django.db.models import Count, Min

from captions.models import Line
from captions.search_index import matching
from captions.transcript import visible_lines
from spaces.directory.search import wanted_by
from spaces.models import Space
from spaces.models.space import State
from spaces.room import read_access
from spaces.viewer import Viewer

SHOWN = 5
EXAMINED = 15  # Spaces; checking whether a viewer may read one takes several queries


@dataclass(frozen=True)
class EndedSpace:
    space: Space
    line: Line  # the first that matches
    count: int  # of the lines that match


def find(viewer: Viewer, text: str) -> list[EndedSpace]:
    """Return the latest ended Spaces whose transcript this viewer may read and in which somebody
    said all words of `text` in one line."""
    is_broad = all(len(word) == 1 and word.isascii() for word in wanted_by(text))
    if not viewer.key or is_broad:
        return []  # strangers read no transcript; single letters begin almost every line
    matches = matching(visible_lines(viewer.user), text)
    spaces = Space.objects.filter(state=State.ENDED, pk__in=matches.order_by().values("space"))
    latest = spaces.with_host_visible_to(viewer.user).select_related("host").order_by("-ended_at")
    shown: dict[int, Space] = {}
    for space in latest[:EXAMINED]:
        if len(shown) < SHOWN and read_access.access_of(space, viewer).is_room:
            shown[space.pk] = space
    counted = matches.order_by().filter(space__in=shown).values_list("space")
    numbers = {pk: (first, count) for pk, first, count in counted.annotate(Min("pk"), Count("pk"))}
    lines = Line.objects.select_related("speaker").in_bulk([first for first, _ in numbers.values()])
    return [
        EndedSpace(space, lines[first], count)
        for pk, space in shown.items()
        if (first := numbers[pk][0]) in lines and (count := numbers[pk][1])
    ]
