"""Hosts schedule Spaces: who may do so, for which times, and how many."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.utils import timezone

from scheduling import subjects
from scheduling.actions import planning
from scheduling.models import Schedule, Series
from scheduling.rules import BadTime, TooManyScheduled
from spaces.actions.lifecycle import MayNotHost
from spaces.models import Space, SpeakPolicy, State, Topic
from tests.concurrency import run_concurrently
from tests.factories import make_host, make_user
from tests.scheduling.hosting import (
    in_a_day,
    make_plan,
    planned_broadcasts,
    schedule,
)

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


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
def test_the_time_must_be_within_the_next_30_days(db, ahead, message):
    with time_machine.travel(NOON, tick=False):
        with pytest.raises(BadTime) as refusal:
            planning.schedule(host=make_host(), plan=make_plan(timezone.now() + ahead))
        assert refusal.value.message == message
        planning.schedule(host=make_host(), plan=make_plan(timezone.now() + 30 * DAY))
    assert Space.objects.count() == 1


def test_a_time_that_clocks_skip_is_refused_and_the_next_one_is_proposed(db):
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
    assert planned_broadcasts() == {
        (subjects.HOST_SOON, at - 30 * MINUTE),
        (subjects.REMINDER_SOON, at - 10 * MINUTE),
        (subjects.HOST_NOW, at),
    }


def test_reminders_whose_time_has_passed_are_not_planned(db):
    space = schedule(at=timezone.now().replace(second=0, microsecond=0) + 6 * MINUTE)
    assert planned_broadcasts() == {(subjects.HOST_NOW, space.starts_at)}
