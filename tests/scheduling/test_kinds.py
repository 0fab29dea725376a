"""The texts and recipients of notifications about scheduled Spaces."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from accounts import blocking
from notifications import preferences, registry, zones
from notifications.models import Broadcast
from scheduling import subjects
from scheduling.actions import cancelling, planning, reminders, starting
from scheduling.models import CancelledAs, Schedule
from scheduling.subjects import Subject
from spaces.kinds import WENT_LIVE
from spaces.models import Space
from tests.factories import make_host, make_user
from tests.scheduling.hosting import make_plan, moved_to, schedule

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def rain(db, clock):
    """Hana's Space, which starts at 18:00 UTC."""
    return schedule(make_host("hana", name="Hana"), NOON + 6 * HOUR, title="Rain")


def broadcast(kind):
    return Broadcast.objects.filter(kind=kind).order_by("-pk").first().subject


def text(kind, user):
    content = registry.kind(kind).content(broadcast(kind), user, registry.PAGE)
    return content and content.text


def recipients(kind, *, limit=100):
    """Return all recipients of the latest broadcast of this kind, read in chunks."""
    found, after = [], 0
    while chunk := registry.kind(kind).audience(broadcast(kind), after, limit):
        after = chunk[-1][0]
        found += [pk for _, pk in chunk]
    return found


@pytest.mark.parametrize(
    "subject",
    [
        Subject("AbCdEfGhIj", 0),
        Subject("AbCdEfGhIj", 7, of_series=True, before=datetime(2026, 11, 1, 18, tzinfo=UTC)),
    ],
)
def test_a_subject_can_be_written_and_parsed(subject):
    assert Subject.parse(str(subject)) == subject


def test_a_reminder_names_the_space_and_its_start_in_the_readers_zone(rain, ana, clock):
    zones.remember(ana, "Europe/Berlin")
    clock.move_to(NOON + 6 * HOUR - timedelta(minutes=10))
    content = registry.kind(subjects.REMINDER_SOON).compose(broadcast(subjects.REMINDER_SOON), ana)
    assert content.text == "“Rain” starts in 10 minutes"
    assert content.lines == ("Tuesday 24 November 2026, 19:00 (Berlin, GMT+1)",)
    assert (content.url, content.actor) == (rain.get_absolute_url(), rain.host)


def test_recipients_with_a_reminder_are_read_in_chunks(rain, ana, ben):
    people = [ana, ben, make_user("cem")]
    for person in people:
        reminders.set_reminder(rain, user=person)
    reminders.unset_reminder(rain, user=ben)
    assert recipients(subjects.REMINDER_SOON, limit=1) == [ana.pk, people[2].pk]


def test_the_host_is_reminded_half_an_hour_before_the_start_and_at_the_start(rain, ana, clock):
    assert recipients(subjects.HOST_SOON) == [rain.host.pk]
    clock.move_to(NOON + 5.5 * HOUR)
    said = "Your Space “Rain” starts in 30 minutes. Open it to go live."
    assert text(subjects.HOST_SOON, rain.host) == said
    assert text(subjects.HOST_SOON, ana) is None
    clock.move_to(NOON + 6 * HOUR)
    assert text(subjects.HOST_NOW, rain.host) == "Your Space “Rain” starts now. Open it to go live."


def test_a_reminder_of_an_earlier_start_is_not_sent(rain, ana):
    old = broadcast(subjects.REMINDER_SOON)
    planning.edit(rain, by=rain.host, plan=moved_to(rain, NOON + 8 * HOUR))
    compose = registry.kind(subjects.REMINDER_SOON).compose
    assert compose(old, ana) is None
    assert compose(broadcast(subjects.REMINDER_SOON), ana).text == "“Rain” starts in 8 hours"


def test_a_move_is_announced_with_the_old_and_the_new_time(rain, ana):
    zones.remember(ana, "America/New_York")
    reminders.set_reminder(rain, user=ana)
    planning.edit(rain, by=rain.host, plan=moved_to(rain, NOON + 30 * HOUR))
    assert recipients(subjects.RESCHEDULED) == [ana.pk]
    assert text(subjects.RESCHEDULED, ana) == (
        "Hana moved “Rain” from Tuesday 24 November 2026, 13:00 (New York, GMT-5) to "
        "Wednesday 25 November 2026, 13:00 (New York, GMT-5)."
    )


def test_a_start_is_announced_only_while_the_space_is_live(rain, ana, clock):
    reminders.set_reminder(rain, user=ana)
    clock.move_to(NOON + 6 * HOUR)
    starting.go_live(rain, by=rain.host)
    assert recipients(subjects.REMINDER_LIVE) == [ana.pk]
    assert text(subjects.REMINDER_LIVE, ana) == "“Rain” is live. Come and listen."
    assert text(subjects.REMINDER_SOON, ana) is None
    Space.objects.update(state="ended", ended_at=NOON + 7 * HOUR)
    assert text(subjects.REMINDER_LIVE, ana) is None


def test_a_follower_with_a_reminder_is_notified_of_the_start_once(rain, ana, ben, clock):
    reminders.set_reminder(rain, user=ana)
    clock.move_to(NOON + 6 * HOUR)
    starting.go_live(rain, by=rain.host)
    assert text(subjects.REMINDER_LIVE, ana) is not None
    assert text(WENT_LIVE, ana) is None
    assert text(WENT_LIVE, ben) == "Hana is live: “Rain”"
    for channel in registry.kind(subjects.REMINDER_LIVE).channels:
        preferences.turn_off(ana, subjects.REMINDER_LIVE, channel)
    assert text(WENT_LIVE, ana) == "Hana is live: “Rain”"


def test_a_cancellation_is_announced_with_the_hosts_reason(rain, ana):
    reminders.set_reminder(rain, user=ana)
    cancelling.cancel(rain, by=rain.host, reason="I am ill")
    assert recipients(subjects.CANCELLED) == [ana.pk]
    assert text(subjects.CANCELLED, ana) == "Hana cancelled “Rain”: I am ill"


@pytest.mark.parametrize("how", [CancelledAs.NO_SHOW, CancelledAs.STAFF, CancelledAs.SUSPENDED])
def test_nobody_across_a_block_is_notified_of_a_cancellation(rain, ana, ben, how):
    cancelling.cancel(rain, by=rain.host)
    Schedule.objects.update(cancelled_as=how)
    blocking.block(blocker=rain.host, blocked=ana)
    assert text(subjects.CANCELLED, ana) is None
    assert "cancelled" in text(subjects.CANCELLED, ben)


def test_a_change_of_a_series_is_announced_once(rain, ana, ben, clock):
    host = make_host("hugo", name="Hugo")
    plan = make_plan(NOON + HOUR, title="Snow")
    first, _ = planning.schedule(host=host, plan=plan, every_weeks=1, occurrences=3)
    second, third = Space.objects.filter(title="Snow").order_by("starts_at")[1:]
    for space in (first, second, third):
        reminders.set_reminder(space, user=ana)
    reminders.set_reminder(third, user=ben)
    planning.edit(
        second,
        by=host,
        plan=moved_to(second, second.starts_at + HOUR),
        and_following=True,
    )
    assert recipients(subjects.RESCHEDULED) == [ana.pk, ben.pk]
    assert text(subjects.RESCHEDULED, ben).endswith("The following ones have moved, too.")
    cancelling.cancel(third, by=host)
    assert recipients(subjects.CANCELLED) == [ana.pk, ben.pk]
    clock.shift(HOUR / 2)
    reminders.unset_reminder(second, user=ana)
    cancelling.cancel(first, by=host, and_following=True)
    assert recipients(subjects.CANCELLED) == [ana.pk]


def test_nothing_is_announced_about_the_space_of_a_suspended_host(rain, ana):
    rain.host.suspended_until = NOON + 24 * HOUR
    rain.host.save()
    assert text(subjects.REMINDER_SOON, ana) is None
