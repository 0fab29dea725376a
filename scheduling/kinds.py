"""The kinds of notifications about scheduled Spaces, with their words and recipients."""

from dataclasses import replace
from datetime import datetime
from functools import partial

from accounts.locks import blockers
from accounts.models import User
from accounts.models.user import in_good_standing
from core import shared_clock
from notifications import preferences, registry, zones
from notifications.registry import DAYS, EMAIL, PAGE, PUSH, Content, Kind
from notifications.sharing import shared
from scheduling import announced_moves, subjects, wall_time, words
from scheduling.models import CancelledAs, Reminder, Schedule
from scheduling.subjects import Subject
from spaces.models import Space, State

EVERYWHERE = {PAGE: True, PUSH: True, EMAIL: True}


def with_reminder(subject: str, after: int, limit: int) -> list[tuple[int, int]]:
    """Return the people with a reminder for the Space, or for one of the affected Spaces of its
    series."""
    spaces = _spaces_of(Subject.parse(subject))
    reminders = Reminder.objects.filter(space__in=spaces, user__gt=after)
    people = reminders.order_by("user").values_list("user", flat=True).distinct()[:limit]
    return [(pk, pk) for pk in people]


def host_of(subject: str, after: int, limit: int) -> list[tuple[int, int]]:
    hosts = Space.objects.filter(public_id=Subject.parse(subject).public_id, host__gt=after)
    return [(pk, pk) for pk in hosts.values_list("host", flat=True)[:limit]]


def starts_soon(subject: str, user: User) -> Content | None:
    content, schedule = _starts_soon(subject), _current(subject)
    if content is None or schedule is None:
        return None
    return replace(content, lines=(_when(schedule.space, user),))


@shared
def _starts_soon(subject: str) -> Content | None:
    """Return the content without the time, which differs between people."""
    schedule = _current(subject)
    if schedule is None:
        return None
    space = schedule.space
    return Content(
        text=f"“{space.title}” starts {_relative(space)}",
        url=space.get_absolute_url(),
        title=f"Starts {_relative(space)}: {space.title}",
        actor=space.host,
    )


def is_live(subject: str, user: User) -> Content | None:
    space = _live(subject)
    if space is None:
        return None
    return Content(
        text=f"“{space.title}” is live. Come and listen.",
        url=space.get_absolute_url(),
        title=f"Live now: {space.title}",
        actor=None if space.host == user else space.host,
    )


def is_notified_of_start(space: Space, user: User) -> bool:
    """Return whether the person has a reminder for the Space and receives it at the start."""
    is_planned = space.starts_at is not None
    if not (is_planned and Reminder.objects.filter(space=space, user=user).exists()):
        return False
    kind = registry.kind(subjects.REMINDER_LIVE)
    return bool(preferences.channels_of(kind, [user.pk])[user.pk])


def host_starts(subject: str, user: User) -> Content | None:
    schedule = _current(subject)
    if schedule is None or schedule.space.host_id != user.pk:
        return None
    space = schedule.space
    return Content(
        text=f"Your Space “{space.title}” starts {_relative(space)}. Open it to go live.",
        url=space.get_absolute_url(),
        title=f"Your Space starts {_relative(space)}",
    )


def was_moved(subject: str, user: User, channel: str) -> Content | None:
    """Return the content with the start that the person knows and the current one; None if these
    are the same, or if the Space has started or was cancelled."""
    schedule = _current(subject) or _moved_alone_since(subject, user)
    if schedule is None:
        return None
    moves = announced_moves.not_known(Subject.parse(subject), user, channel)
    if not moves or moves[-1].before == schedule.space.starts_at:
        return None
    space, zone = schedule.space, str(zones.of(user))
    before, now = _in_full(moves[-1].before, zone), _when(space, user)
    of_series = any(move.subject.of_series for move in moves)
    others = " The following ones have moved, too." if of_series else ""
    return Content(
        text=f"{space.host.name} moved “{space.title}” from {before} to {now}.{others}",
        url=space.get_absolute_url(),
        title=f"New time: {space.title}",
        actor=space.host,
    )


def was_cancelled(subject: str, user: User) -> Content | None:
    schedule = _schedule(subject, State.CANCELLED)
    if schedule is None:
        return None
    space = schedule.space
    # Blocks are checked here, because only a cancellation by the host has an `actor`, for whom
    # notifications.composing checks them.
    if blockers(user, space.host):
        return None
    is_by_host = schedule.cancelled_as == CancelledAs.HOST
    others = " So were the following ones." if Subject.parse(subject).of_series else ""
    return Content(
        text=words.cancelled(schedule, host=space.host == user) + others,
        url=space.get_absolute_url(),
        title=f"Cancelled: {space.title}",
        actor=space.host if is_by_host else None,
    )


def still_invited(subject: str, user: User) -> Content | None:
    schedule = _schedule(subject, State.SCHEDULED)
    if schedule is None or not schedule.cohosts.filter(user=user, state="invited").exists():
        return None
    space = schedule.space
    return Content(
        text=f"{space.host.name} invites you to co-host “{space.title}”",
        url=space.get_absolute_url(),
        title="Co-host a Space",
        actor=space.host,
        lines=(_when(space, user),),
    )


@shared
def _live(subject: str) -> Space | None:
    return Space.objects.live().select_related("host").filter(public_id=_id(subject)).first()


@shared
def _schedule(subject: str, state: State) -> Schedule | None:
    """Return the schedule of the subject's Space, if it has this state."""
    found = Schedule.objects.filter(space__public_id=_id(subject), space__state=state)
    return found.select_related("space__host").first()


@shared
def _current(subject: str) -> Schedule | None:
    """Return the schedule of the subject's Space, unless the Space has started, was cancelled, or
    was moved after this notification was planned, or its host is suspended or has left."""
    schedule = _open(subject)
    return schedule if schedule and schedule.moves == Subject.parse(subject).moves else None


@shared
def _open(subject: str) -> Schedule | None:
    """Return the schedule of the subject's Space, unless the Space has started or was cancelled, or
    its host is suspended or has left."""
    schedule = _schedule(subject, State.SCHEDULED)
    if schedule is None:
        return None
    host = User.objects.filter(in_good_standing(), pk=schedule.space.host_id)
    return schedule if host.exists() else None


def _moved_alone_since(subject: str, user: User) -> Schedule | None:
    """Return the schedule of the first Space of a moved series, even if this Space alone has been
    moved again since then. Return None for a person with a reminder for this Space, because they
    are notified of the later move; people with reminders only for the other Spaces are not."""
    schedule = _open(subject) if Subject.parse(subject).of_series else None
    if schedule is None or Reminder.objects.filter(space=schedule.space, user=user).exists():
        return None
    return schedule


def _spaces_of(subject: Subject) -> list[int]:
    """Return the primary keys of the Spaces that a notification is about."""
    own = Space.objects.filter(public_id=subject.public_id).select_related("schedule").first()
    if own is None:
        return []
    schedule = own.schedule
    if not subject.of_series or schedule.series_id is None:
        return [own.pk]
    changed = Schedule.objects.filter(
        series=schedule.series_id,
        space__state=own.state,
        space__starts_at__gte=own.starts_at,
        updated_at__gte=schedule.updated_at,
    )
    return list(changed.values_list("space", flat=True))


def _id(subject: str) -> str:
    return Subject.parse(subject).public_id


def _when(space: Space, user: User) -> str:
    assert space.starts_at is not None  # noqa: S101 - it was scheduled
    return _in_full(space.starts_at, str(zones.of(user)))


_in_full = shared(wall_time.in_full)


def _relative(space: Space) -> str:
    assert space.starts_at is not None  # noqa: S101 - it was scheduled
    return wall_time.relative(space.starts_at, _now())


@shared
def _now() -> datetime:
    return shared_clock.now()


_reminder = partial(Kind, group="Spaces", channels=EVERYWHERE)

KINDS = (
    _reminder(
        name=subjects.REMINDER_SOON,
        label="A Space that I set a reminder for starts in 10 minutes",
        urgent=True,
        compose=starts_soon,
        audience=with_reminder,
    ),
    _reminder(
        name=subjects.REMINDER_LIVE,
        label="A Space that I set a reminder for is live",
        urgent=True,
        compose=is_live,
        audience=with_reminder,
    ),
    _reminder(
        name=subjects.RESCHEDULED,
        label="A Space that I set a reminder for is moved",
        late_after=DAYS,
        compose_for=was_moved,
        audience=with_reminder,
    ),
    _reminder(
        name=subjects.CANCELLED,
        label="A Space that I set a reminder for, or host, is cancelled",
        late_after=DAYS,
        compose=was_cancelled,
        audience=with_reminder,
    ),
    _reminder(
        name=subjects.HOST_SOON,
        label="My Space starts in 30 minutes",
        urgent=True,
        compose=host_starts,
        audience=host_of,
    ),
    _reminder(
        name=subjects.HOST_NOW,
        label="My Space should start now",
        urgent=True,
        compose=host_starts,
        audience=host_of,
    ),
    Kind(
        name=subjects.COHOST_INVITED,
        label="Someone invites me to co-host",
        group="Spaces",
        channels={PAGE: True, PUSH: True, EMAIL: False},
        late_after=DAYS,
        compose=still_invited,
    ),
    Kind(
        name=subjects.COHOST_ANSWERED,
        label="Someone answers my invitation to co-host",
        group="Spaces",
        channels={PAGE: True, PUSH: True, EMAIL: False},
        late_after=DAYS,
        title="Your Space",
    ),
)
