"""The transcript of a Space: the lines that one reader may see, and its files."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from accounts.models import User
from accounts.models.block import no_block_between
from accounts.models.user import in_good_standing
from accounts.person_json import Person, person
from captions.line_json import line_json
from captions.models import Line
from captions.search_index import matching
from core import person_keys
from spaces.models import Space

LINES_PER_PAGE = 200
SHORTEST_CUE = timedelta(seconds=1)


@dataclass(frozen=True)
class Passage:
    """A page of a transcript, with the start of the next page and the speakers to choose from."""

    lines: list[Line]
    next_from: int | None  # the id of the line after these
    people: list[Person]  # everyone whose words the reader may see


def lines_for(space: Space, reader: User | None) -> QuerySet[Line]:
    """Return the lines that this reader may see, in chronological order. The lines of people whose
    account is closed or suspended are left out, and those of people who block the reader or whom
    the reader blocks."""
    lines = visible_lines(reader).filter(space=space).select_related("speaker", "captioner")
    return lines.order_by("started_at", "id")


def visible_lines(reader: User | None) -> QuerySet[Line]:
    """Return what this reader may see in the Spaces that they may read."""
    lines = Line.objects.filter(in_good_standing("speaker__"))
    return lines if reader is None else lines.filter(no_block_between(reader, "speaker"))


def passage(
    space: Space, reader: User | None, *, words: str = "", speaker: str = "", start: int = 0
) -> Passage:
    """Return the lines from the line `start` on that contain `words` and were said by `speaker`."""
    every = lines_for(space, reader)
    speakers = User.objects.filter(pk__in=every.order_by().values("speaker")).order_by("name", "pk")
    found = every.order_by("id").filter(pk__gte=start)
    if words:
        found = matching(found, words)
    if speaker:
        found = found.filter(speaker=person_keys.account_in(speaker))
    page = list(found[: LINES_PER_PAGE + 1])
    return Passage(
        lines=page[:LINES_PER_PAGE],
        next_from=page[LINES_PER_PAGE].pk if len(page) > LINES_PER_PAGE else None,
        people=[person(user) for user in speakers],
    )


def since_start(space: Space, moment: datetime) -> timedelta:
    """Return how long after the start of the Space this moment was."""
    return max(timedelta(), moment - (space.started_at or moment))


def clock(duration: timedelta) -> str:
    """Return "4:05" or "1:04:05"."""
    minutes, seconds = divmod(int(duration.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def as_text(space: Space, lines: Iterable[Line]) -> Iterator[str]:
    yield f"{space.title}\n\n"
    for line in lines:
        yield f"[{clock(since_start(space, line.started_at))}] {line.speaker.name}: {line.text}\n"


def as_webvtt(space: Space, lines: Iterable[Line]) -> Iterator[str]:
    """Write WebVTT (W3C), with a voice span for each cue."""
    yield "WEBVTT\n"
    for line in lines:
        start = since_start(space, line.started_at)
        end = start + max(SHORTEST_CUE, line.ended_at - line.started_at)
        yield f"\n{_timestamp(start)} --> {_timestamp(end)}\n"
        yield f"<v {_escaped(line.speaker.name)}>{_escaped(line.text)}\n"


def as_json(space: Space, lines: Iterable[Line]) -> Iterator[str]:
    document = {
        "title": space.title,
        "space": space.public_id,
        "lines": [line_json(line) for line in lines],
    }
    yield json.dumps(document, ensure_ascii=False, indent=1)


def _timestamp(duration: timedelta) -> str:
    milliseconds = duration // timedelta(milliseconds=1)
    seconds, milliseconds = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}.{milliseconds:03d}"


def _escaped(text: str) -> str:
    """Escape a text for a cue. Texts and names have no line ends."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
