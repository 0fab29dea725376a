"""Wall time: convert a local date and time to a moment, and moments to words.

A Space that repeats at 18:00 in Berlin stays at 18:00 when the clocks change. So its moments are
always computed from the local date and time and the zone, never from the previous moment.

Twice a year, in many zones, clocks skip some local times and show others twice. `fold` chooses
between two readings of such a time (PEP 495): with the offset before the change, or after it.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core import time_zones, times

SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Moment:
    """A moment in UTC, and as clocks in the zone show it. `note` explains to the host why it is not
    the time that they may expect; usually it is empty."""

    at: datetime
    local: datetime
    note: str = ""


class NotATime(ValueError):
    """Clocks never show this local time, as the message says. `nearest` is the first local time
    after it that exists; None if the date is out of range."""

    def __init__(self, message: str, nearest: datetime | None = None) -> None:
        super().__init__(message)
        self.nearest = nearest


@dataclass(frozen=True)
class _Change:
    """Clocks in a zone change from the local time `before` to `after`."""

    before: datetime
    after: datetime

    def in_words(self, zone: str) -> str:
        day = _day(self.before)
        place = time_zones.city(zone) or zone
        direction = "forward" if self.after > self.before else "back"
        until = _clock(self.after, day=self.before.date())
        return f"On {day} clocks in {place} go {direction} from {self.before:%H:%M} to {until}"


def resolve(day: date, clock: time, zone: str) -> Moment:
    """Return the (first) moment at which clocks in the IANA zone show this local time. Raises
    NotATime, and ValueError for an unknown zone."""
    local = datetime.combine(day, clock)
    change = _change_at(local, zone)
    if change is None:
        return _moment(local, zone)
    words = change.in_words(zone)
    if change.after > change.before:
        shown, nearest = f"{clock:%H:%M}", _clock(change.after, day=day)
        raise NotATime(f"{words}, so {shown} doesn't exist. Choose {nearest}.", change.after)
    first = _moment(local, zone)
    offset = time_zones.offset(first.at.astimezone(_zone(zone)))
    note = f"{words}, so {clock:%H:%M} comes twice. We use the first one, {clock:%H:%M} {offset}."
    return Moment(first.at, local, note)


def resolve_or_move(day: date, clock: time, zone: str) -> Moment:
    """Do what `resolve` does, but if clocks skip the local time, move it forward by as much as they
    skip. This is for times that nobody has just entered: later occurrences of a series, and times
    in zones whose rules have changed."""
    local = datetime.combine(day, clock)
    change = _change_at(local, zone)
    if change is None or change.after < change.before:
        return resolve(day, clock, zone)
    moved = _moment(local + (change.after - change.before), zone)
    note = f"{change.in_words(zone)}, so this Space starts at {_clock(moved.local, day=day)}."
    return Moment(moved.at, moved.local, note)


def occurrences(
    day: date, clock: time, zone: str, *, every_weeks: int, count: int
) -> Iterator[Moment]:
    """Yield the first `count` moments of a series: that weekday and local time, every few weeks."""
    for number in range(count):
        yield resolve_or_move(day + timedelta(weeks=number * every_weeks), clock, zone)


def in_full(at: datetime, zone: str) -> str:
    """Return "Tuesday 24 November 2026, 18:00 (Berlin, GMT+1)", for text that stays readable in
    another place and year."""
    local = at.astimezone(_zone(zone))
    place = time_zones.city(zone)
    named = f"{place}, {time_zones.offset(local)}" if place else time_zones.label(zone, at)
    return f"{local:%A} {_day(local)} {local.year}, {local:%H:%M} ({named})"


def in_short(at: datetime, zone: str, now: datetime) -> str:
    """Return the time in the zone as `core.times.in_short` does."""
    return times.in_short(at, _zone(zone), now)


def relative(at: datetime, now: datetime) -> str:
    """Return "in 3 hours", "20 minutes ago" or "now". static/js/local-time.js counts down by the
    same rules."""
    minutes = math.floor((at - now).total_seconds() / 60 + 0.5)
    size = abs(minutes)
    if not size:
        return "now"
    if size < 60:
        number, unit = size, "minute"
    elif size < 36 * 60:
        number, unit = math.floor(size / 60 + 0.5), "hour"
    else:
        number, unit = math.floor(size / (24 * 60) + 0.5), "day"
    counted = f"{number} {unit}{'s' * (number != 1)}"
    return f"in {counted}" if minutes > 0 else f"{counted} ago"


def _zone(name: str) -> ZoneInfo:
    zone = time_zones.find(name)
    if zone is None:
        raise ValueError(f"{name!r} is not a time zone")
    return zone


def _moment(local: datetime, zone: str) -> Moment:
    try:
        return Moment(local.replace(tzinfo=_zone(zone), fold=0).astimezone(UTC), local)
    except OverflowError:
        raise NotATime("This date is too far away. Choose another one.") from None


def _change_at(local: datetime, zone: str) -> _Change | None:
    """Return the change of clocks that skips this local time or shows it twice, or None."""
    tz = _zone(zone)
    first = local.replace(tzinfo=tz, fold=0)
    offsets = first.utcoffset(), first.replace(fold=1).utcoffset()
    before, after = (offset or timedelta() for offset in offsets)
    if before == after:
        return None
    # The change lies between the two readings. zoneinfo doesn't say when, so search for it.
    early, late = sorted([local - before, local - after])
    while late - early > SECOND:
        middle = early + (late - early) / 2
        shown = middle.replace(tzinfo=UTC).astimezone(tz).utcoffset()
        early, late = (middle, late) if shown == before else (early, middle)
    late = late.replace(microsecond=0)
    return _Change(late + before, late + after)


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B}"


def _clock(moment: datetime, *, day: date) -> str:
    """Return the time, and the date if it isn't `day`."""
    shown = f"{moment:%H:%M}"
    return shown if moment.date() == day else f"{shown} on {_day(moment)}"
