"""The rules of scheduled Spaces: when they may start, how many there may be, who may do what."""

from datetime import datetime, timedelta

from accounts.locks import blockers
from accounts.models import User
from core.refusals import Refusal
from scheduling.models import CohostState, Schedule
from spaces.models import Space

MAX_AHEAD = timedelta(days=30)
MAX_SCHEDULED = 10  # per host, without those that have begun; a series counts once
MAX_OCCURRENCES = 12
MAX_COHOSTS = 2  # as many as the stage has seats for co-hosts
# Later occurrences of a series may lie beyond MAX_AHEAD. They can be moved by up to this much.
SHIFT_IN_SERIES = timedelta(days=7)
START_EARLY = timedelta(minutes=10)
NO_SHOW_AFTER = timedelta(minutes=30)


class NotYours(Refusal):
    status = 403

    def __init__(self) -> None:
        super().__init__("not_host", "Only the host can change this Space.")


class TooManyScheduled(Refusal):
    def __init__(self) -> None:
        message = (
            f"You can have {MAX_SCHEDULED} scheduled Spaces; a series counts as one. Cancel one, "
            "or wait until one has begun."
        )
        super().__init__("too_many_scheduled", message)


class TooEarly(Refusal):
    def __init__(self, minutes: int) -> None:
        unit = "minute" if minutes == 1 else "minutes"
        early = START_EARLY // timedelta(minutes=1)
        message = f"You can start it {early} minutes before its time, that is, in {minutes} {unit}."
        super().__init__("too_early", message)


class BadTime(Refusal):
    status = 400

    def __init__(self, message: str) -> None:
        super().__init__("bad_time", message)


def require_host(space: Space, user: User) -> None:
    if space.host_id != user.pk:
        raise NotYours


def require_good_time(at: datetime, now: datetime, *, moved_from: datetime | None = None) -> None:
    """Raise BadTime if a Space can't be planned for this time. `moved_from` is the previous time of
    an occurrence of a series, which may move by SHIFT_IN_SERIES even beyond MAX_AHEAD."""
    if at <= now:
        raise BadTime("This time has passed. Choose a later one.")
    if moved_from is not None and abs(at - moved_from) <= SHIFT_IN_SERIES:
        return
    if at > now + MAX_AHEAD:
        message = f"Choose a time within the next {MAX_AHEAD.days} days."
        raise BadTime(message)


def require_not_too_many(host: User) -> None:
    """Raise TooManyScheduled if the host has MAX_SCHEDULED already. The caller must hold the lock
    of the host's row."""
    planned = Schedule.objects.filter(space__in=Space.objects.scheduled().filter(host=host))
    single = planned.filter(series=None).count()
    series = planned.exclude(series=None).values("series").distinct().count()
    if single + series >= MAX_SCHEDULED:
        raise TooManyScheduled


def may_start(space: Space, user: User) -> bool:
    """Return whether the person is the host or an accepted co-host."""
    return space.host_id == user.pk or is_cohost(space, user)


def is_cohost(space: Space, user: User) -> bool:
    """Return whether the person has accepted an invitation to co-host, and there is no block
    between them and the host."""
    accepted = space.schedule.cohosts.filter(state=CohostState.ACCEPTED)
    return accepted.filter(user=user).exists() and not blockers(user, space.host)


def require_not_early(space: Space, now: datetime) -> None:
    """Raise TooEarly if the planned time is more than START_EARLY away."""
    if space.starts_at is None:
        return
    left = space.starts_at - START_EARLY - now
    if left > timedelta():
        raise TooEarly(max(1, -(-int(left.total_seconds()) // 60)))
