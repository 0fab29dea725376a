"""Lists of scheduled Spaces.

The list of all of them is ranked: Spaces of the reader, or with a host or co-host whom the reader
follows, come first; then those with the most reminders, then the soonest. The other lists begin
with the soonest.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Case, Exists, F, OuterRef, Q, QuerySet, Value, When

from accounts.models import Follow, User
from accounts.readers import id_of, with_id
from core.prepared_queries import prepared
from scheduling.models import CohostInvitation, CohostState, Reminder, Schedule
from spaces.directory.search import matching
from spaces.models import Space, State, Topic
from spaces.models.space import SpaceQuerySet

# How many Spaces are listed:
PAGE = 20  # on a page of this list
ON_SPACES_PAGE = 5
ON_HOME_PAGE = 6  # of a phone
BESIDE = 3  # in the side column of a page, and on a profile


@dataclass(frozen=True)
class Upcoming:
    space: Space
    reminders: int
    is_set: bool  # the reader has a reminder
    is_host: bool  # the reader hosts it

    @property
    def repeats(self) -> str:
        """How often its series repeats, as text; "" without a series."""
        series = self.space.schedule.series
        return str(series.get_every_weeks_display()) if series else ""


@dataclass(frozen=True)
class Found:
    rows: list[Upcoming]
    next_start: int | None  # the position of the first row of the next page, if there is one


def find(
    reader: Any, *, words: str = "", topic: Topic | None = None, start: int = 0, limit: int
) -> Found:
    """Return up to `limit` of the ranked Spaces, from the position `start`. Without a search, a
    series is in the list once, with its next Space."""
    if topic is None and not words and not start:
        return _page(_first_ranked(id_of(reader), limit=limit), reader, start, limit)
    spaces = _visible_to(reader)
    if topic is not None:
        spaces = spaces.filter(topics=topic)
    if words:
        spaces = matching(spaces, words)
    if topic is None and not words:
        spaces = _first_of_series(spaces)
    return _page(list(_rows(_in_rank(spaces, reader), reader, start, limit)), reader, start, limit)


def of_followed(reader: User, *, limit: int) -> Found:
    """Return the next Spaces of hosts and co-hosts whom the reader follows, the soonest first."""
    return _page(_soonest_of_followed(reader.pk, limit=limit), reader, 0, limit)


def hosted_by(host: User, reader: Any, *, start: int = 0, limit: int) -> Found:
    """Return the scheduled Spaces of a host, the soonest first."""
    if not start:
        return _page(_soonest_of_host(host.pk, id_of(reader), limit=limit), reader, 0, limit)
    spaces = _visible_to(reader).filter(host=host).order_by("starts_at", "pk")
    return _page(list(_rows(spaces, reader, start, limit)), reader, start, limit)


def one(public_id: str, reader: Any) -> Upcoming | None:
    spaces = _visible_to(reader).filter(public_id=public_id)
    rows = _page(list(_rows(spaces, reader, 0, 1)), reader, 0, 1).rows
    return rows[0] if rows else None


@prepared
def _first_ranked(reader_id: int | None, *, limit: int) -> QuerySet[Space]:
    reader = with_id(reader_id)
    return _rows(_in_rank(_first_of_series(_visible_to(reader)), reader), reader, 0, limit)


@prepared
def _soonest_of_followed(reader_id: int, *, limit: int) -> QuerySet[Space]:
    reader = User(pk=reader_id)
    spaces = _first_of_series(_visible_to(reader)).exclude(host=reader)
    followed = spaces.annotate(is_followed=_is_followed(reader)).filter(is_followed=True)
    return _rows(followed.order_by("starts_at", "pk"), reader, 0, limit)


@prepared
def _soonest_of_host(host_id: int, reader_id: int | None, *, limit: int) -> QuerySet[Space]:
    reader = with_id(reader_id)
    spaces = _visible_to(reader).filter(host=host_id).order_by("starts_at", "pk")
    return _rows(spaces, reader, 0, limit)


def _in_rank(spaces: SpaceQuerySet, reader: User | None) -> QuerySet[Space]:
    ranked = spaces.annotate(is_followed=_is_followed(reader))
    return ranked.order_by("-is_followed", "-schedule__reminder_count", "starts_at", "pk")


def _visible_to(reader: Any) -> SpaceQuerySet:
    spaces = Space.objects.scheduled().visible_to(reader).filter(schedule__isnull=False)
    return spaces.select_related("host", "schedule__series")


def _first_of_series(spaces: SpaceQuerySet) -> SpaceQuerySet:
    earlier = Schedule.objects.filter(
        series=OuterRef("schedule__series"),
        space__state=State.SCHEDULED,
        space__starts_at__lt=OuterRef("starts_at"),
    )
    return spaces.filter(Q(schedule__series=None) | ~Exists(earlier))


def _is_followed(reader: Any) -> Any:
    """Build an expression: whether the reader hosts the Space, or follows its host or a co-host."""
    if not isinstance(reader, User):
        return Value(False, BooleanField())
    followed = Follow.objects.filter(follower=reader).values("followed")
    cohosts = CohostInvitation.objects.filter(
        schedule=OuterRef("schedule"), state=CohostState.ACCEPTED, user__in=followed
    )
    is_followed = Q(host=reader) | Q(host__in=followed) | Q(Exists(cohosts))
    return Case(
        When(is_followed, then=Value(True)), default=Value(False), output_field=BooleanField()
    )


def _rows(spaces: QuerySet[Space], reader: Any, start: int, limit: int) -> QuerySet[Space]:
    """Select one page of these Spaces, and one more row if there is another page."""
    is_set: Any = Value(False, BooleanField())
    if isinstance(reader, User):
        is_set = Exists(Reminder.objects.filter(space=OuterRef("pk"), user=reader))
    annotated = spaces.annotate(is_set=is_set, reminders_set=F("schedule__reminder_count"))
    return annotated[start : start + limit + 1]


def _page(found: list[Any], reader: Any, start: int, limit: int) -> Found:
    rows = [
        Upcoming(
            space=space,
            reminders=space.reminders_set,
            is_set=space.is_set,
            is_host=space.host == reader,
        )
        for space in found[:limit]
    ]
    return Found(rows, start + limit if len(found) > limit else None)
