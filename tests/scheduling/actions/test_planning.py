"""Hosts schedule Spaces and edit them: who may do so, for which times, and how many."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.utils import timezone

from notifications.models import Broadcast
from scheduling import subjects
from scheduling.actions import planning
from scheduling.actions.series_lock import NoSeries
from scheduling.models import Schedule, Series
from scheduling.rules import BadTime, NotYours, TooManyScheduled
from scheduling.subjects import Subject
from spaces.actions.lifecycle import MayNotHost
from spaces.models import Space, SpeakPolicy, State, Topic
from spaces.refusals import NotScheduled
from spaces.signals import space_rescheduled
from tests.concurrency import run_concurrently
from tests.factories import make_host, make_user
from tests.scheduling.hosting import in_a_day, make_plan, moved_to, plan_of, schedule

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def broadcasts():
    """The planned broadcasts that were not cancelled: kind, due time."""
    rows = Broadcast.objects.exclude(state=Broadcast.State.CANCELLED)
    return {(row.kind, row.due_at) for row in rows}


def test_a_scheduled_space_has_all_values_of_its_plan(db):
    host, music = make_host(), Topic.objects.get(slug="music")
    at = in_a_day()
    plan = make_plan(
        at,
        title="Rain",
        description="About rain.\nAnd snow.",
        topics=[music],
        minutes=90,
        speak_policy=SpeakPolicy.INVITED,
        open_to_guests=True,
    )
    space, note = planning.schedule(host=host, plan=plan)
    assert (space.state, space.starts_at, space.title, note) == (State.SCHEDULED, at, "Rain", "")
    assert (space.description, list(space.topics.all())) == ("About rain.\nAnd snow.", [music])
    assert (space.speak_policy, space.open_to_guests) == (SpeakPolicy.INVITED, True)
    planned = Schedule.objects.get(space=space)
    assert (planned.minutes, planned.zone, planned.series, planned.sequence) == (90, "UTC", None, 0)


def test_the_time_is_a_local_time_in_the_hosts_zone(db):
    with time_machine.travel(NOON, tick=False):
        plan = make_plan(
            zone="Europe/Berlin", local_date=date(2026, 11, 24), local_time=time(18, 0)
        )
        space, _ = planning.schedule(host=make_host(), plan=plan)
    assert space.starts_at == datetime(2026, 11, 24, 17, tzinfo=UTC)


def test_scheduling_needs_600_followers_or_early_access(db):
    person = make_user(followers=599)
    with pytest.raises(MayNotHost) as refusal:
        planning.schedule(host=person, plan=make_plan())
    assert refusal.value.message == "Hosting needs 600 followers; you have 599."
    assert Space.objects.count() == 0
    person.groups.add(Group.objects.get(name="Early access"))
    planning.schedule(host=person, plan=make_plan())
    assert Space.objects.scheduled().count() == 1


@pytest.mark.parametrize(
    ("ahead", "message"),
    [
        (-DAY, "This time has passed. Choose a later one."),
        (-MINUTE, "This time has passed. Choose a later one."),
        (30 * DAY + MINUTE, "Choose a time within the next 30 days."),
        (31 * DAY, "Choose a time within the next 30 days."),
    ],
)
def test_the_time_is_within_the_next_30_days(db, ahead, message):
    with time_machine.travel(NOON, tick=False):
        with pytest.raises(BadTime) as refusal:
            planning.schedule(host=make_host(), plan=make_plan(timezone.now() + ahead))
        assert refusal.value.message == message
        planning.schedule(host=make_host(), plan=make_plan(timezone.now() + 30 * DAY))
    assert Space.objects.count() == 1


def test_a_time_that_clocks_skip_is_refused_with_the_next_one(db):
    with time_machine.travel(datetime(2026, 3, 20, tzinfo=UTC), tick=False):
        plan = make_plan(zone="Europe/Berlin", local_date=date(2026, 3, 29), local_time=time(2, 30))
        with pytest.raises(BadTime) as refusal:
            planning.schedule(host=make_host(), plan=plan)
    assert "02:30 doesn't exist. Choose 03:00." in refusal.value.message


def test_a_note_tells_the_host_which_of_two_equal_times_is_used(db):
    with time_machine.travel(datetime(2026, 10, 20, tzinfo=UTC), tick=False):
        plan = make_plan(
            zone="Europe/Berlin", local_date=date(2026, 10, 25), local_time=time(2, 30)
        )
        space, note = planning.schedule(host=make_host(), plan=plan)
    assert space.starts_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert "We use the first one" in note


def test_a_host_can_have_at_most_ten_scheduled_spaces(db):
    host = make_host()
    first = schedule(host)
    for _ in range(9):
        schedule(host)
    with pytest.raises(TooManyScheduled):
        schedule(host)
    first.transition(State.CANCELLED)
    schedule(host)
    assert Space.objects.scheduled().filter(host=host).count() == 10


def test_a_series_counts_as_one_scheduled_space(db):
    host = make_host()
    schedule(host, every_weeks=1, occurrences=12)
    for _ in range(9):
        schedule(host)
    with pytest.raises(TooManyScheduled):
        schedule(host)


@pytest.mark.integration
def test_two_simultaneous_requests_do_not_exceed_the_limit(both_databases):
    host = make_host()
    for _ in range(9):
        schedule(host)
    plan = make_plan()
    outcomes = run_concurrently(2, lambda _: planning.schedule(host=host, plan=plan))
    assert sorted(type(each).__name__ for each in outcomes) == ["TooManyScheduled", "tuple"]
    assert Space.objects.scheduled().count() == 10


def test_each_occurrence_of_a_series_is_a_separate_space(db):
    with time_machine.travel(datetime(2026, 10, 20, tzinfo=UTC), tick=False):
        plan = make_plan(
            zone="Europe/Berlin", local_date=date(2026, 10, 21), local_time=time(18, 0)
        )
        space, _ = planning.schedule(host=make_host(), plan=plan, every_weeks=1, occurrences=3)
    found = Space.objects.scheduled().order_by("starts_at")
    assert [each.starts_at for each in found] == [  # 18:00 before and after the clocks go back
        datetime(2026, 10, 21, 16, tzinfo=UTC),
        datetime(2026, 10, 28, 17, tzinfo=UTC),
        datetime(2026, 11, 4, 17, tzinfo=UTC),
    ]
    assert (found[0], Series.objects.get().every_weeks) == (space, 1)
    assert len({each.public_id for each in found}) == 3


def test_a_series_has_at_most_twelve_occurrences(db):
    schedule(every_weeks=2, occurrences=40)
    assert Space.objects.scheduled().count() == 12


def test_reminders_are_planned_before_the_start(db):
    space = schedule()
    at = space.starts_at
    assert broadcasts() == {
        (subjects.HOST_SOON, at - 30 * MINUTE),
        (subjects.REMINDER_SOON, at - 10 * MINUTE),
        (subjects.HOST_NOW, at),
    }


def test_reminders_whose_time_has_passed_are_not_planned(db):
    space = schedule(at=timezone.now().replace(second=0, microsecond=0) + 6 * MINUTE)
    assert broadcasts() == {(subjects.HOST_NOW, space.starts_at)}


def test_a_move_plans_new_reminders_and_announces_the_old_time(planned):
    before, at = planned.starts_at, planned.starts_at + 2 * DAY
    planning.edit(planned, by=planned.host, plan=moved_to(planned, at))
    assert broadcasts() - {row for row in broadcasts() if row[0] == subjects.RESCHEDULED} == {
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
    assert {row for row in broadcasts() if row[0] != subjects.RESCHEDULED} == {
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


def test_the_title_can_be_changed_shortly_before_the_start(planned):
    Space.objects.update(starts_at=timezone.now() - MINUTE)
    planning.edit(planned, by=planned.host, plan=plan_of(planned, title="Any moment"))
    assert Space.objects.get().title == "Any moment"


@pytest.mark.parametrize("ahead", [-MINUTE, 31 * DAY])
def test_a_space_cannot_be_moved_beyond_the_next_30_days(planned, ahead):
    before = planned.starts_at
    with pytest.raises(BadTime):
        planning.edit(planned, by=planned.host, plan=moved_to(planned, timezone.now() + ahead))
    assert Space.objects.get().starts_at == before


def test_only_the_host_can_change_a_scheduled_space(planned, ben):
    with pytest.raises(NotYours):
        planning.edit(planned, by=ben, plan=plan_of(planned, title="Mine"))
    assert Space.objects.get().title == "Rain"


def test_a_space_that_has_started_or_was_cancelled_cannot_be_changed(planned):
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


def test_a_following_occurrence_that_was_cancelled_stays_cancelled(weekly):
    weekly[2].transition(State.CANCELLED)
    first = weekly[0]
    planning.edit(first, by=first.host, plan=plan_of(first, title="New"), and_following=True)
    titles = Space.objects.order_by("pk").values_list("title", flat=True)
    assert list(titles) == ["New", "New", "Rain, later"]


def test_a_late_occurrence_can_be_moved_by_up_to_a_week(db):
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
