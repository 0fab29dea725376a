"""The host, the staff, a no-show, a suspension or a closed account cancels a scheduled Space."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import closing
from notifications.models import Broadcast, Notification
from safety import suspension
from scheduling import subjects, tasks
from scheduling.actions import cancelling, cohosts, starting
from scheduling.models import CancelledAs, Schedule
from scheduling.rules import NotYours
from scheduling.subjects import Subject
from spaces.models import Space, State
from spaces.refusals import NotScheduled
from spaces.signals import space_cancelled
from tests.factories import make_host
from tests.scheduling.hosting import schedule

MINUTE = timedelta(minutes=1)


def open_broadcasts():
    rows = Broadcast.objects.exclude(state=Broadcast.State.CANCELLED)
    return sorted(rows.values_list("kind", flat=True))


def start_at(space, at):
    Space.objects.filter(pk=space.pk).update(starts_at=at)


def test_the_host_cancels_with_a_reason(planned, django_capture_on_commit_callbacks):
    cancelled = []

    def note(space, **kwargs):
        cancelled.append(space)

    space_cancelled.connect(note)
    with django_capture_on_commit_callbacks(execute=True):
        assert cancelling.cancel(planned, by=planned.host, reason="I am ill") == 1
    planned.refresh_from_db()
    found = Schedule.objects.get()
    assert (planned.state, cancelled) == (State.CANCELLED, [planned])
    assert (found.cancelled_as, found.cancelled_because) == (CancelledAs.HOST, "I am ill")
    assert found.sequence == 1
    assert open_broadcasts() == [subjects.CANCELLED]


def test_only_the_host_can_cancel(planned, ben):
    with pytest.raises(NotYours):
        cancelling.cancel(planned, by=ben)
    assert Space.objects.get().state == State.SCHEDULED


def test_a_space_can_be_cancelled_only_once(planned):
    cancelling.cancel(planned, by=planned.host)
    with pytest.raises(NotScheduled):
        cancelling.cancel(planned, by=planned.host)
    assert Schedule.objects.get().sequence == 1


def test_one_occurrence_or_all_following_ones_are_cancelled(db):
    host = make_host()
    schedule(host, every_weeks=1, occurrences=4)
    _, second, third, _ = Space.objects.order_by("starts_at")
    assert cancelling.cancel(second, by=host) == 1
    assert cancelling.cancel(third, by=host, and_following=True) == 2
    states = Space.objects.order_by("starts_at").values_list("state", flat=True)
    assert list(states) == [State.SCHEDULED, State.CANCELLED, State.CANCELLED, State.CANCELLED]
    announced = Broadcast.objects.filter(kind=subjects.CANCELLED).order_by("pk")
    assert [Subject.parse(each.subject).of_series for each in announced] == [False, True]


def test_a_space_that_nobody_starts_within_thirty_minutes_is_cancelled(planned):
    start_at(planned, timezone.now() - 29 * MINUTE)
    tasks.cancel_overdue()
    assert Space.objects.get().state == State.SCHEDULED
    start_at(planned, timezone.now() - 30 * MINUTE)
    tasks.cancel_overdue()
    assert Space.objects.get().state == State.CANCELLED
    assert Schedule.objects.get().cancelled_as == CancelledAs.NO_SHOW
    announced = Notification.objects.get(user=planned.host)
    assert announced.text == "“Rain” was cancelled because nobody started it in time."
    assert open_broadcasts() == [subjects.CANCELLED]


def test_a_space_that_was_started_in_time_is_not_cancelled(planned):
    start_at(planned, timezone.now())
    starting.go_live(planned, by=planned.host)
    start_at(planned, timezone.now() - 40 * MINUTE)
    tasks.cancel_overdue()
    assert Space.objects.get().state == State.LIVE


def test_the_spaces_of_a_suspended_host_are_cancelled(
    planned, staff, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        suspension.suspend(planned.host, until=None, reason="Spam", by=staff)
    assert Space.objects.get().state == State.CANCELLED
    assert Schedule.objects.get().cancelled_as == CancelledAs.SUSPENDED


def test_the_spaces_of_a_closed_account_are_cancelled(planned, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        closing.close(planned.host)
    assert Space.objects.get().state == State.CANCELLED


def test_the_periodic_task_cancels_spaces_of_suspended_hosts_if_the_signal_was_lost(planned, staff):
    suspension.suspend(planned.host, until=None, reason="Spam", by=staff)
    assert Space.objects.get().state == State.SCHEDULED
    tasks.cancel_overdue()
    assert Space.objects.get().state == State.CANCELLED


def test_a_suspended_person_is_no_longer_a_cohost(
    planned, ana, staff, django_capture_on_commit_callbacks
):
    cohosts.invite(planned, by=planned.host, user=ana)
    cohosts.accept(planned, user=ana)
    with django_capture_on_commit_callbacks(execute=True):
        suspension.suspend(ana, until=None, reason="Spam", by=staff)
    assert not planned.schedule.cohosts.exists()


def test_a_cancellation_by_the_staff_notifies_the_host_of_the_reason(planned):
    cancelling.cancel_by_staff(planned, reason="It is a scam.")
    found = Schedule.objects.get()
    assert (found.space.state, found.cancelled_as) == (State.CANCELLED, CancelledAs.STAFF)
    assert Notification.objects.get().text == "The staff cancelled “Rain”: It is a scam."
