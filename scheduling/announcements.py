"""Plan the notifications about a scheduled Space (`scheduling.kinds` has their texts).

Call these functions in the transaction that changes the Space.
"""

from datetime import datetime, timedelta

from notifications import broadcasts
from scheduling.models import Schedule
from scheduling.subjects import (
    CANCELLED,
    HOST_NOW,
    HOST_SOON,
    REMINDER_LIVE,
    REMINDER_SOON,
    RESCHEDULED,
    Subject,
)

REMIND_BEFORE = timedelta(minutes=10)
REMIND_HOST_BEFORE = timedelta(minutes=30)
BEFORE_START = {
    REMINDER_SOON: REMIND_BEFORE,
    HOST_SOON: REMIND_HOST_BEFORE,
    HOST_NOW: timedelta(),
}


def plan_reminders(schedule: Schedule, *, now: datetime) -> None:
    """Plan the reminders before the start, except those whose time has passed."""
    starts_at = schedule.space.starts_at
    assert starts_at is not None  # noqa: S101 - guaranteed by a constraint
    for kind, before in BEFORE_START.items():
        if starts_at - before >= now:
            broadcasts.plan(kind, str(subject_of(schedule)), starts_at - before)


def cancel_reminders(schedule: Schedule) -> None:
    """Cancel the reminders that were planned for the Space's current start."""
    for kind in BEFORE_START:
        broadcasts.cancel(kind, str(subject_of(schedule)))


def announce_move(schedule: Schedule, *, before: datetime, of_series: bool, now: datetime) -> None:
    """Notify everyone with a reminder of the old and the new time. With `of_series`, also notify
    people with a reminder for a later Space of the series that was moved, too."""
    subject = subject_of(schedule, of_series=of_series, before=before)
    broadcasts.plan(RESCHEDULED, str(subject), now)


def announce_cancellation(schedule: Schedule, *, of_series: bool, now: datetime) -> None:
    broadcasts.plan(CANCELLED, str(subject_of(schedule, of_series=of_series)), now)


def announce_start(schedule: Schedule, *, now: datetime) -> None:
    broadcasts.plan(REMINDER_LIVE, str(subject_of(schedule)), now)


def subject_of(
    schedule: Schedule, *, of_series: bool = False, before: datetime | None = None
) -> Subject:
    return Subject(schedule.space.public_id, schedule.moves, of_series, before)
