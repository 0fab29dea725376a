"""The chapters of a transcript, and the turns of its speakers: places to which a reader jumps."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from accounts.models import User
from captions.models import Line
from captions.transcript import clock, lines_for, since_start
from spaces.models import Space
from spaces.moments import Moment, moments_of

LONG_TURN = timedelta(minutes=1)
MOST_LINES = 20_000  # that are read for the chapters
MOST_CHAPTERS = 200


Row = tuple[int, int, datetime, datetime]  # of a line: id, speaker, start, end


@dataclass(frozen=True)
class Turn:
    """Consecutive lines of one speaker."""

    first_line: int
    speaker: int
    is_chapter: bool  # the speaker has not spoken before, or the turn is long


@dataclass(frozen=True)
class Chapter:
    """What begins with a line: a moment of the Space, or a turn of a speaker."""

    line_id: int
    clock: str  # when it begins
    kind: str  # the kind of a moment, or "turn"
    text: str  # the text of the moment, or the first words of the turn
    name: str = ""  # of the speaker


@dataclass(frozen=True)
class Contents:
    chapters: list[Chapter]
    next_turns: dict[int, int]  # first line of a turn -> first line of the speaker's next turn


def contents(space: Space, reader: User | None) -> Contents:
    """Return the chapters and turns among the lines that this reader may see."""
    lines = lines_for(space, reader).order_by("id")
    rows = list(lines.values_list("pk", "speaker", "started_at", "ended_at")[:MOST_LINES])
    turns = list(_turns(rows))
    begun = [
        *_after_moments(moments_of(space, reader), rows),
        *((turn.first_line, None) for turn in turns if turn.is_chapter),
    ]
    # At the same line, moments come before the turn, because sorting is stable.
    begun = sorted(begun, key=lambda each: each[0])[:MOST_CHAPTERS]
    found = lines.in_bulk([line_id for line_id, _ in begun])
    return Contents(
        chapters=[_chapter(space, found[pk], moment) for pk, moment in begun if pk in found],
        next_turns=_next(turns),
    )


def _turns(rows: list[Row]) -> Iterator[Turn]:
    known: set[int] = set()
    for speaker, group in groupby(rows, key=lambda row: row[1]):
        first, *others = group
        ended_at = max(row[3] for row in (first, *others))
        is_chapter = speaker not in known or ended_at - first[2] >= LONG_TURN
        known.add(speaker)
        yield Turn(first_line=first[0], speaker=speaker, is_chapter=is_chapter)


def _after_moments(moments: list[Moment], rows: list[Row]) -> Iterator[tuple[int, Moment]]:
    """Yield each moment with the first line after it. Leave out moments that no line follows."""
    starts = sorted((started_at, pk) for pk, _, started_at, _ in rows)
    for moment in moments:
        place = bisect_left(starts, (moment.at, 0))
        if place < len(starts):
            yield starts[place][1], moment


def _chapter(space: Space, line: Line, moment: Moment | None) -> Chapter:
    return Chapter(
        line_id=line.pk,
        clock=clock(since_start(space, moment.at if moment else line.started_at)),
        kind=moment.kind if moment else "turn",
        text=moment.text if moment else line.text,
        name="" if moment else line.speaker.name,
    )


def _next(turns: list[Turn]) -> dict[int, int]:
    """Map the first line of each turn to the first line of the same speaker's next turn."""
    following: dict[int, int] = {}  # speaker -> the first line of their next turn
    found = {}
    for turn in reversed(turns):
        if turn.speaker in following:
            found[turn.first_line] = following[turn.speaker]
        following[turn.speaker] = turn.first_line
    return found
