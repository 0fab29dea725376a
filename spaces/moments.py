"""Moments of a Space: times at which something new began, from which a transcript can be read.

This app knows the changes of the title and the topics. Higher-level apps add other moments
(settings.SPACE_MOMENTS).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import User
from spaces.models import Space
from spaces.room.events import Details


@dataclass(frozen=True)
class Moment:
    at: datetime
    kind: str  # "title" or "pin"
    text: str  # the new title with the topics, or the text of the post


# (Space, reader) -> the moments that this reader may see
MomentSource = Callable[[Space, User | None], Iterator[Moment]]


def moments_of(space: Space, reader: User | None) -> list[Moment]:
    """Return the moments that this reader may see, in chronological order."""
    sources = [_details, *(import_string(path) for path in settings.SPACE_MOMENTS)]
    found = [each for source in sources for each in cast(MomentSource, source)(space, reader)]
    return sorted(found, key=lambda moment: moment.at)


def _details(space: Space, reader: User | None) -> Iterator[Moment]:
    for event in space.journal.filter(kind=Details.kind):
        topics = (topic["name"] for topic in event.payload["topics"])
        yield Moment(event.at, "title", " · ".join([event.payload["title"], *topics]))
