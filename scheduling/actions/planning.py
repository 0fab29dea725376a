"""Schedule Spaces, and edit scheduled ones."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F

from accounts.models import User
from core import shared_clock
from scheduling import announcements, rules, wall_time
from scheduling.actions import cohosts, open_pages, series_lock
from scheduling.models import Schedule, Series
from scheduling.plan import Plan
from scheduling.wall_time import Moment, NotATime
from spaces.actions import lifecycle
from spaces.models import Space, State


def schedule(
    *,
    host: User,
    plan: Plan,
    every_weeks: int = 0,
    occurrences: int = 1,
    invited: Iterable[User] = (),
) -> tuple[Space, str]:
    """Schedule a Space, or a series of `occurrences` Spaces if it repeats.

    The first one must be within the next 30 days; the others follow at the same local time. Return
    the first Space, and a note about its time for the host, or "". Raises MayNotHost, BadTime,
    TooManyScheduled, and the refusals of `cohosts.invite`.
    """
    lifecycle.require_hosting(host)
    now = shared_clock.now()
    first = _moment_of(plan)
    rules.require_good_time(first.at, now)
    moments = [first]
    if every_weeks:
        count = min(occurrences, rules.MAX_OCCURRENCES)
        moments = list(
            wall_time.occurrences(
                plan.local_date, plan.local_time, plan.zone, every_weeks=every_weeks, count=count
            )
        )
    with transaction.atomic():
        # Lock the host's row, so that two simultaneous requests can't exceed the limit.
        list(User.objects.select_for_update(no_key=True).filter(pk=host.pk).values_list("pk"))
        rules.require_not_too_many(host)
        series = Series.objects.create(host=host, every_weeks=every_weeks) if every_weeks else None
        created = [
            _create(host, plan, moment, series, day=plan.local_date + _weeks(number, every_weeks))
            for number, moment in enumerate(moments)
        ]
        for each in created:
            announcements.plan_reminders(each, now=now)
        for user in invited:  # notified once, since one answer is for the whole series
            for each in created:
                cohosts.invite(each.space, by=host, user=user, notify_user=each is created[0])
        first_space = created[0].space
    return first_space, first.note


def edit(space: Space, *, by: User, plan: Plan, and_following: bool = False) -> str:
    """Change a scheduled Space and, with `and_following`, the later ones of its series.

    Return a note about its time for the host, or "". People with a reminder are notified if the
    start moves. Raises NotYours, BadTime, NotScheduled and NoSeries.
    """
    rules.require_host(space, by)
    now = shared_clock.now()
    note = ""
    with series_lock.lock(space, and_following=and_following) as schedules:
        moved: list[tuple[Schedule, datetime]] = []
        days = plan.local_date - schedules[0].local_date
        for number, each in enumerate(schedules):
            before = each.space.starts_at
            moment = _new_moment(each, plan, days, is_first=number == 0, now=now)
            note = note or (moment.note if number == 0 else "")
            _change(each, replace(plan, local_date=each.local_date + days), moment, now)
            if before is not None and before != moment.at:
                moved.append((each, before))
        if moved:
            first, before = moved[0]
            announcements.announce_move(first, before=before, of_series=len(moved) > 1, now=now)
    return note


def recompute(space: Space) -> bool:
    """Recompute the start from the local time, because the rules of its zone may have changed.
    Return whether the start moved."""
    now = shared_clock.now()
    with series_lock.lock(space) as [schedule]:
        before = space.starts_at
        moment = wall_time.resolve_or_move(schedule.local_date, schedule.local_time, schedule.zone)
        if before is None or moment.at == before or moment.at <= now:
            return False
        _move(schedule, moment.at, now)
        announcements.announce_move(schedule, before=before, of_series=False, now=now)
    return True


def _moment_of(plan: Plan) -> Moment:
    try:
        return wall_time.resolve(plan.local_date, plan.local_time, plan.zone)
    except NotATime as error:
        raise rules.BadTime(str(error)) from error


def _weeks(number: int, every_weeks: int) -> timedelta:
    return timedelta(weeks=number * every_weeks)


def _create(
    host: User, plan: Plan, moment: Moment, series: Series | None, *, day: date
) -> Schedule:
    space = Space.objects.create(
        host=host, state=State.SCHEDULED, starts_at=moment.at, **plan.for_space
    )
    space.topics.set(plan.topics)
    return Schedule.objects.create(space=space, series=series, local_date=day, **plan.for_schedule)


def _new_moment(
    schedule: Schedule, plan: Plan, days: timedelta, *, is_first: bool, now: datetime
) -> Moment:
    """Return the new moment of one Space. An unchanged time is not checked, so that a title can be
    edited after the planned start."""
    day, space = schedule.local_date + days, schedule.space
    if (day, plan.local_time, plan.zone) == (
        schedule.local_date,
        schedule.local_time,
        schedule.zone,
    ):
        assert space.starts_at is not None  # noqa: S101 - guaranteed by a constraint
        return Moment(space.starts_at, datetime.combine(day, plan.local_time))
    if not is_first:
        return wall_time.resolve_or_move(day, plan.local_time, plan.zone)
    moment = _moment_of(plan)
    moved_from = space.starts_at if schedule.series_id else None
    rules.require_good_time(moment.at, now, moved_from=moved_from)
    return moment


def _change(schedule: Schedule, plan: Plan, moment: Moment, now: datetime) -> None:
    space = schedule.space
    Space.objects.filter(pk=space.pk).update(**plan.for_space)
    space.topics.set(plan.topics)
    length_changed = schedule.minutes != plan.minutes
    fields = {"local_date": plan.local_date, **plan.for_schedule, "updated_at": now}
    Schedule.objects.filter(pk=schedule.pk).update(**fields)
    if moment.at != space.starts_at:
        _move(schedule, moment.at, now)
    elif length_changed:
        Schedule.objects.filter(pk=schedule.pk).update(sequence=F("sequence") + 1)
    schedule.refresh_from_db()
    space.refresh_from_db()
    schedule.space = space
    open_pages.update(space)


def _move(schedule: Schedule, at: datetime, now: datetime) -> None:
    """Change the start, and the reminders with it. The caller must hold the Space's lock."""
    space = schedule.space
    announcements.cancel_reminders(schedule)
    Space.objects.filter(pk=space.pk).update(starts_at=at)
    Schedule.objects.filter(pk=schedule.pk).update(
        moves=F("moves") + 1, sequence=F("sequence") + 1, updated_at=now
    )
    schedule.refresh_from_db()
    space.refresh_from_db()
    schedule.space = space
    announcements.plan_reminders(schedule, now=now)
    open_pages.update(space)
