"""The data that the page of a scheduled Space shows."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from accounts.blocking import hidden_ids
from accounts.models import Follow, User
from core import shared_clock, time_zones
from core.times import stamp
from notifications import zones
from scheduling import rules, wall_time
from scheduling.models import CohostState, Reminder, Schedule
from spaces.models import Space

FACES = 5


@dataclass(frozen=True)
class When:
    """The time of a Space in the page's zone: the reader's if it is known, otherwise the host's."""

    at: datetime
    ends_at: datetime
    # Wall time in the page's zone, as naive datetimes, because templates would convert aware ones.
    local: datetime
    local_end: datetime
    place: str  # of the page's zone: "Berlin"
    known: bool  # whether the reader's zone is known
    short: str  # "tomorrow 18:00"
    relative: str  # "in 3 hours"
    for_host: str  # "19:00 for Dan in Vienna", or "" if clocks there show the same
    parts: list[tuple[int, str]]  # the countdown: days, hours, minutes, seconds

    @property
    def stamp(self) -> str:
        return stamp(self.at)

    @property
    def stamp_of_end(self) -> str:
        return stamp(self.ends_at)


@dataclass(frozen=True)
class ReminderState:
    count: int
    is_set: bool


@dataclass(frozen=True)
class HostRow:
    person: User
    role: str  # "host", "cohost", or "invited" (shown to the host only)
    is_followed: bool


@dataclass(frozen=True)
class Going:
    """The people with a reminder whom the reader follows."""

    people: list[User]
    more: int

    @property
    def count(self) -> int:
        return len(self.people) + self.more

    @property
    def others(self) -> int:
        """The number of people besides the first two, whom the page names."""
        return self.count - 2


def when(space: Space, schedule: Schedule, reader: User | None) -> When:
    """Compute how the page shows the time."""
    assert space.starts_at is not None  # noqa: S101 - it was scheduled
    known = zones.of(reader) if reader else None
    is_known = known is not None and str(known) != "UTC"
    zone = known if known is not None and is_known else schedule.time_zone
    now = shared_clock.now()
    ends_at = space.starts_at + timedelta(minutes=schedule.minutes)
    return When(
        at=space.starts_at,
        ends_at=ends_at,
        local=space.starts_at.astimezone(zone).replace(tzinfo=None),
        local_end=ends_at.astimezone(zone).replace(tzinfo=None),
        place=time_zones.city(str(zone)) or time_zones.label(str(zone), space.starts_at),
        known=is_known,
        short=wall_time.in_short(space.starts_at, str(zone), now),
        relative=wall_time.relative(space.starts_at, now),
        for_host=_for_host(space, schedule, zone),
        parts=_countdown(space.starts_at - now),
    )


def _for_host(space: Space, schedule: Schedule, zone: ZoneInfo) -> str:
    assert space.starts_at is not None  # noqa: S101 - it was scheduled
    host_time = space.starts_at.astimezone(schedule.time_zone)
    page_time = space.starts_at.astimezone(zone)
    if host_time.utcoffset() == page_time.utcoffset():
        return ""
    day = "" if host_time.date() == page_time.date() else f"{host_time:%A} "
    place = time_zones.city(schedule.zone) or schedule.zone
    return f"{day}{host_time:%H:%M} for \u2068{space.host.name}\u2069 in {place}"


def _countdown(left: timedelta) -> list[tuple[int, str]]:
    seconds = max(0, int(left.total_seconds()))
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    return [(days, "day"), (hours, "hour"), (minutes, "min"), (seconds, "sec")]


def reminder_of(space: Space, user: User | None) -> ReminderState:
    count = Schedule.objects.values_list("reminder_count", flat=True).get(space=space)
    is_set = user is not None and Reminder.objects.filter(space=space, user=user).exists()
    return ReminderState(count, is_set)


def hosts(space: Space, schedule: Schedule, reader: User | None) -> list[HostRow]:
    """Return the host and the co-hosts who have accepted, without co-hosts who block the reader or
    whom the reader blocks; if the reader is the host, also return invited people."""
    hidden = hidden_ids(reader)
    invitations = schedule.cohosts.exclude(state=CohostState.DECLINED).select_related("user")
    rows = [(space.host, "host")]
    for each in invitations:
        if each.state == CohostState.ACCEPTED and each.user_id not in hidden:
            rows.append((each.user, "cohost"))
        elif each.state == CohostState.INVITED and reader == space.host:
            rows.append((each.user, "invited"))
    followed = _followed_by(reader, [person.pk for person, _ in rows])
    return [HostRow(person, role, person.pk in followed) for person, role in rows]


def _followed_by(reader: User | None, people: list[int]) -> set[int]:
    if reader is None:
        return set()
    follows = Follow.objects.filter(follower=reader, followed__in=people)
    return set(follows.values_list("followed_id", flat=True))


def going(space: Space, reader: User | None) -> Going:
    """Return the people whom the reader follows and who have set a reminder."""
    if reader is None:
        return Going([], 0)
    followed = Follow.objects.filter(follower=reader).values("followed")
    found = User.objects.active().filter(reminders__space=space, pk__in=followed)
    people = list(found.exclude(pk=space.host_id).order_by("-follower_count", "pk")[: FACES + 1])
    if len(people) <= FACES:
        return Going(people, 0)
    return Going(people[:FACES], found.exclude(pk=space.host_id).count() - FACES)


def may_start_in(space: Space, now: datetime) -> timedelta:
    """Return how long it takes until the Space may be started; zero or less if it may."""
    assert space.starts_at is not None  # noqa: S101 - it was scheduled
    return space.starts_at - rules.START_EARLY - now
