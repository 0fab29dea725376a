"""Cancel scheduled Spaces: for the host, for the staff, or because nobody started them in time."""

from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.db.models import F

from accounts.models import User
from accounts.models.user import in_good_standing
from core import shared_clock
from core.refusals import Refusal
from notifications.inbox import notify
from scheduling import announcements, rules, subjects, words
from scheduling.actions import cohosts, series_lock
from scheduling.models import CancelledAs, Schedule
from spaces.models import Space, State
from spaces.signals import space_cancelled


def cancel(space: Space, *, by: User, reason: str = "", and_following: bool = False) -> int:
    """Cancel a Space and, with `and_following`, the later ones of its series. People with a
    reminder are notified of the reason. Return how many were cancelled. Raises NotYours,
    NotScheduled, NoSeries."""
    rules.require_host(space, by)
    return _cancel(space, CancelledAs.HOST, reason, and_following=and_following)


def cancel_by_staff(space: Space, *, reason: str) -> None:
    """Cancel a Space and notify its host of the reason. Raises NotScheduled."""
    _cancel(space, CancelledAs.STAFF, reason)


def cancel_no_shows() -> int:
    """Cancel the Spaces that nobody started within NO_SHOW_AFTER of their time; return how many."""
    limit = shared_clock.now() - rules.NO_SHOW_AFTER
    overdue = Space.objects.scheduled().filter(starts_at__lte=limit).select_related("host")
    cancelled = 0
    for space in overdue:
        with suppress(Refusal):  # the Space has just started or was cancelled
            cancelled += _cancel(space, CancelledAs.NO_SHOW, not_after=limit)
    return cancelled


def cancel_spaces_of_absent_hosts() -> int:
    """Cancel the Spaces of hosts whose account is closed or suspended, in case the signal that
    should have cancelled them was lost; return how many."""
    absent = Space.objects.scheduled().exclude(in_good_standing("host__"))
    return sum(_cancel_of_host(space) for space in absent.select_related("host"))


def withdraw_from_everything(user: User) -> None:
    """Cancel the Spaces of a person whose account was closed or suspended, and withdraw the
    invitations that others sent them to co-host."""
    for space in Space.objects.scheduled().filter(host=user).select_related("host"):
        _cancel_of_host(space)
    cohosts.withdraw_of(user)


def _cancel_of_host(space: Space) -> int:
    with suppress(Refusal):
        return _cancel(space, CancelledAs.SUSPENDED)
    return 0


def _cancel(
    space: Space,
    how: CancelledAs,
    reason: str = "",
    *,
    and_following: bool = False,
    not_after: datetime | None = None,
) -> int:
    """Cancel the Space, unless it starts later than `not_after`. Return how many were cancelled."""
    now = shared_clock.now()
    with series_lock.lock(space, and_following=and_following) as schedules:
        first = schedules[0]
        if not_after is not None and space.starts_at is not None and space.starts_at > not_after:
            return 0  # the host has just moved the Space
        for each in schedules:
            announcements.cancel_reminders(each)
            each.space.transition(State.CANCELLED)
            Schedule.objects.filter(pk=each.pk).update(
                cancelled_as=how,
                cancelled_because=reason,
                sequence=F("sequence") + 1,
                updated_at=now,
            )
            _send_on_commit(each.space)
        announcements.announce_cancellation(first, of_series=len(schedules) > 1, now=now)
        if how in (CancelledAs.NO_SHOW, CancelledAs.STAFF):
            first.refresh_from_db()
            notify(
                space.host,
                kind=subjects.CANCELLED,
                subject=str(announcements.subject_of(first)),
                text=words.cancelled(first, host=True),
                url=space.get_absolute_url(),
            )
    return len(schedules)


def _send_on_commit(space: Space) -> None:
    transaction.on_commit(lambda: space_cancelled.send(Space, space=space))
