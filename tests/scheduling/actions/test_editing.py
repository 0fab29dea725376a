"""Scheduled Spaces are moved and edited, one by one or together with the later ones of a series."""

from datetime import timedelta

import pytest
from django.utils import timezone

from notifications.models import Broadcast
from scheduling import subjects
from scheduling.actions import planning
from scheduling.actions.series_lock import NoSeries
from scheduling.models import Schedule
from scheduling.rules import BadTime, NotYours
from scheduling.subjects import Subject
from spaces.models import Space, State
from spaces.refusals import NotScheduled
from spaces.signals import space_rescheduled
from tests.factories import make_host
from tests.scheduling.hosting import moved_to, plan_of, planned_broadcasts, schedule

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def test_a_move_plans_new_reminders_and_its_announcement_names_the_earlier_start(planned):
    before, at = planned.starts_at, planned.starts_at + 2 * DAY
    planning.edit(planned, by=planned.host, plan=moved_to(planned, at))
    assert planned_broadcasts() - {
        row for row in planned_broadcasts() if row[0] == subjects.RESCHEDULED
    } == {
        (subjects.HOST_SOON, at - 30 * MINUTE),
        (subjects.REMINDER_SOON, at - 10 * MINUTE),
        (subjects.HOST_NOW, at),
    }
    announced = Broadcast.objects.get(kind=subjects.RESCHEDULED)
    assert Subject.parse(announced.subject) == Subject(planned.public_id, 1, before=before)
    schedule = Schedule.objects.get()
    assert (planned.starts_at, schedule.moves, schedule.sequence) == (at, 1, 1)


def test_a_space_that_is_moved_and_moved_back_has_reminders_again(planned):
    at = planned.starts_at
    planning.edit(planned, by=planned.host, plan=moved_to(planned, at + DAY))
    planning.edit(planned, by=planned.host, plan=moved_to(planned, at))
    assert {row for row in planned_broadcasts() if row[0] != subjects.RESCHEDULED} == {
        (subjects.HOST_SOON, at - 30 * MINUTE),
        (subjects.REMINDER_SOON, at - 10 * MINUTE),
        (subjects.HOST_NOW, at),
    }


def test_nobody_is_notified_of_a_new_title(planned, django_capture_on_commit_callbacks):
    changed = []

    def note(space, **kwargs):
        changed.append(space.title)

    space_rescheduled.connect(note)
    with django_capture_on_commit_callbacks(execute=True):
        planning.edit(planned, by=planned.host, plan=plan_of(planned, title="Snow"))
    assert (changed, Space.objects.get().edits) == (["Snow"], 1)
    schedule = Schedule.objects.get()
    assert (planned.title, schedule.moves, schedule.sequence) == ("Snow", 0, 0)
    assert schedule.updated_at > schedule.space.created_at
    assert not Broadcast.objects.filter(kind=subjects.RESCHEDULED).exists()


def test_a_new_length_counts_as_a_change_for_calendars(planned):
    planning.edit(planned, by=planned.host, plan=plan_of(planned, minutes=120))
    schedule = Schedule.objects.get()
    assert (schedule.minutes, schedule.moves, schedule.sequence) == (120, 0, 1)


def test_the_title_can_be_changed_after_the_planned_start(planned):
    Space.objects.update(starts_at=timezone.now() - MINUTE)
    planning.edit(planned, by=planned.host, plan=plan_of(planned, title="Any moment"))
    assert Space.objects.get().title == "Any moment"


@pytest.mark.parametrize("ahead", [-MINUTE, 31 * DAY])
def test_a_space_can_be_moved_only_to_a_time_within_the_next_30_days(planned, ahead):
    before = planned.starts_at
    with pytest.raises(BadTime):
        planning.edit(planned, by=planned.host, plan=moved_to(planned, timezone.now() + ahead))
    assert Space.objects.get().starts_at == before


def test_only_the_host_can_change_a_scheduled_space(planned, ben):
    with pytest.raises(NotYours):
        planning.edit(planned, by=ben, plan=plan_of(planned, title="Mine"))
    assert Space.objects.get().title == "Rain"


def test_a_cancelled_space_cannot_be_changed(planned):
    planned.transition(State.CANCELLED)
    with pytest.raises(NotScheduled) as refusal:
        planning.edit(planned, by=planned.host, plan=plan_of(planned, title="Again"))
    assert refusal.value.message == "This Space was cancelled already."


@pytest.fixture
def weekly(db):
    """Three Spaces at the same time of the week."""
    schedule(make_host("hana"), every_weeks=1, occurrences=3)
    return list(Space.objects.scheduled().order_by("starts_at"))


def test_one_occurrence_can_be_changed_alone(weekly):
    starts = [each.starts_at for each in weekly]
    second = weekly[1]
    planning.edit(second, by=second.host, plan=moved_to(second, starts[1] + timedelta(hours=2)))
    found = Space.objects.order_by("pk").values_list("starts_at", flat=True)
    assert list(found) == [starts[0], starts[1] + timedelta(hours=2), starts[2]]


def test_all_following_occurrences_move_by_the_same_number_of_days_and_to_the_same_time(weekly):
    starts = [each.starts_at for each in weekly]
    second, shift = weekly[1], DAY + timedelta(hours=2)
    plan = moved_to(second, starts[1] + shift)
    planning.edit(second, by=second.host, plan=plan, and_following=True)
    found = Space.objects.order_by("pk").values_list("starts_at", flat=True)
    assert list(found) == [starts[0], starts[1] + shift, starts[2] + shift]
    announced = Broadcast.objects.get(kind=subjects.RESCHEDULED)
    assert Subject.parse(announced.subject).of_series is True


def test_a_following_occurrence_that_was_cancelled_is_not_edited(weekly):
    weekly[2].transition(State.CANCELLED)
    first = weekly[0]
    planning.edit(first, by=first.host, plan=plan_of(first, title="New"), and_following=True)
    titles = Space.objects.order_by("pk").values_list("title", flat=True)
    assert list(titles) == ["New", "New", "Rain, later"]


def test_an_occurrence_more_than_30_days_ahead_can_be_moved_by_up_to_a_week(db):
    schedule(make_host("hana"), every_weeks=2, occurrences=12)
    last = Space.objects.order_by("starts_at").last()
    planning.edit(last, by=last.host, plan=moved_to(last, last.starts_at + DAY))
    with pytest.raises(BadTime):
        planning.edit(last, by=last.host, plan=moved_to(last, last.starts_at + 8 * DAY))


def test_a_space_that_does_not_repeat_has_no_following_occurrences(planned):
    plan = plan_of(planned, title="New")
    with pytest.raises(NoSeries):
        planning.edit(planned, by=planned.host, plan=plan, and_following=True)
    assert Space.objects.get().title == "Rain"


def test_new_time_zone_rules_move_the_start_and_keep_the_local_time(planned):
    right = planned.starts_at
    assert planning.recompute(planned) is False
    Space.objects.update(
        starts_at=right - timedelta(hours=1)
    )  # as if computed by the rules of last year
    assert planning.recompute(Space.objects.get()) is True
    assert (Space.objects.get().starts_at, Schedule.objects.get().moves) == (right, 1)
    assert Broadcast.objects.filter(kind=subjects.RESCHEDULED).count() == 1
