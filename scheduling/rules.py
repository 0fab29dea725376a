"""The rules of scheduled Spaces: when they may be, how many, and who may do what."""

from datetime import datetime, timedelta

from accounts.locks import blockers
from accounts.models import User
from core.refusals import Refusal
from scheduling.models import CohostState, Schedule
from spaces.models import Space

MAX_AHEAD = timedelta(days=30)
MAX_OPEN = 10  # per host; a series counts once
MAX_OCCURRENCES = 12
MAX_COHOSTS = 2  # as many as there are seats for them
SHIFT_IN_SERIES = timedelta(days=7)  # by which an occurrence that is further ahead may be moved
START_EARLY = timedelta(minutes=10)
NO_SHOW_AFTER = timedelta(minutes=30)


class NotYours(Refusal):
    status = 403

    def __init__(self) -> None:
        super().__init__("not_host", "Only the host can change this Space.")


class TooManyOpen(Refusal):
    def __init__(self) -> None:
        message = f"You have {MAX_OPEN} scheduled Spaces. Cancel one, or wait until one has begun."
        super().__init__("too_many_open", message)


class TooEarly(Refusal):
    def __init__(self, minutes: int) -> None:
        unit = "minute" if minutes == 1 else "minutes"
        message = f"You can start it 10 minutes before its time: in {minutes} {unit}."
        super().__init__("too_early", message)


class BadTime(Refusal):
    status = 400

    def __init__(self, message: str) -> None:
        super().__init__("bad_time", message)


def require_host(space: Space, user: User) -> None:
    if space.host_id != user.pk:
        raise NotYours


def require_good_time(at: datetime, now: datetime, *, before: datetime | None = None) -> None:
    """Raise BadTime if a Space can't be planned for this time. `before` is the time from which an
    occurrence of a series is moved."""
    if at <= now:
        raise BadTime("This time has passed. Choose a later one.")
    if before is not None and abs(at - before) <= SHIFT_IN_SERIES:
        return
    if at > now + MAX_AHEAD:
        message = f"Choose a time within the next {MAX_AHEAD.days} days."
        raise BadTime(message)


def require_few_open(host: User) -> None:
    """Raise TooManyOpen if the host has MAX_OPEN scheduled Spaces. The caller must hold a lock that
    excludes others who schedule for this host."""
    planned = Schedule.objects.filter(space__in=Space.objects.scheduled().filter(host=host))
    single = planned.filter(series=None).count()
    series = planned.exclude(series=None).values("series").distinct().count()
    if single + series >= MAX_OPEN:
        raise TooManyOpen


def may_start(space: Space, user: User) -> bool:
    """Return whether the person is the host or an accepted co-host."""
    return space.host_id == user.pk or is_cohost(space, user)


def is_cohost(space: Space, user: User) -> bool:
    """Return whether the person has accepted to co-host, and neither blocks the host nor is
    blocked."""
    accepted = space.schedule.cohosts.filter(state=CohostState.ACCEPTED)
    return accepted.filter(user=user).exists() and not blockers(user, space.host)


def require_not_early(space: Space, now: datetime) -> None:
    """Raise TooEarly more than START_EARLY before the planned time."""
    if space.starts_at is None:
        return
    left = space.starts_at - START_EARLY - now
    if left > timedelta():
        raise TooEarly(max(1, -(-int(left.total_seconds()) // 60)))
