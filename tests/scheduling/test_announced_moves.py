"""A Space is moved several times; people are notified only of what they don't know yet."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from notifications import expansion, sending
from notifications.models import Notification, NotificationSettings
from scheduling.actions import planning, reminders
from spaces.models import Space
from tests.factories import make_host
from tests.scheduling.hosting import moved_to, schedule

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
AT_18 = NOON + 6 * HOUR


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def rain(db, clock, push, ana):
    """Hana's Space, which starts at 18:00 UTC. Ana has a reminder."""
    space = schedule(make_host("hana", name="Hana"), AT_18, title="Rain")
    reminders.set_reminder(space, user=ana)
    return space


def move(space, at):
    space.refresh_from_db()
    planning.edit(space, by=space.host, plan=moved_to(space, at))


def announce(*channels):
    """Send what is due, as the workers do; through all channels unless some are named."""
    expansion.expand_due()
    for channel in channels or ("page", "push"):
        sending.send_due(channel)


def texts(user):
    """Return the texts on the person's page, oldest first, without dates and zones."""
    return [short(each.text) for each in Notification.objects.filter(user=user).order_by("pk")]


def short(text):
    return text.replace("Tuesday 24 November 2026, ", "").replace(" (UTC)", "")


def pushed(push, user):
    return [short(text) for pk, text in push.accepted if pk == user.pk]


def test_two_moves_before_the_first_is_announced_are_announced_as_one(rain, ana, push):
    move(rain, AT_18 + HOUR)
    move(rain, AT_18 + 2 * HOUR)
    announce()
    assert texts(ana) == pushed(push, ana) == ["Hana moved “Rain” from 18:00 to 20:00."]


def test_nothing_is_announced_if_the_space_is_moved_back(rain, ana, push):
    move(rain, AT_18 + HOUR)
    move(rain, AT_18)
    announce()
    assert texts(ana) == pushed(push, ana) == []


def test_people_who_know_the_first_move_are_notified_only_of_the_second(rain, ana):
    move(rain, AT_18 + HOUR)
    announce()
    move(rain, AT_18 + 2 * HOUR)
    move(rain, AT_18)
    announce()
    assert texts(ana) == [
        "Hana moved “Rain” from 18:00 to 19:00.",
        "Hana moved “Rain” from 19:00 to 18:00.",
    ]


def test_people_who_set_a_reminder_between_two_moves_know_the_start_in_between(rain, ben, clock):
    move(rain, AT_18 + HOUR)
    clock.shift(60)
    reminders.set_reminder(rain, user=ben)
    clock.shift(60)
    move(rain, AT_18 + 2 * HOUR)
    announce()
    assert texts(ben) == ["Hana moved “Rain” from 19:00 to 20:00."]


def test_after_quiet_hours_one_push_message_announces_both_moves(rain, ana, push, clock):
    NotificationSettings.objects.create(
        user=ana, quiet_from=NOON.time(), quiet_until=(NOON + HOUR).time()
    )
    for hours in (1, 2):
        clock.shift(60)
        move(rain, AT_18 + hours * HOUR)
        announce()
    assert (len(texts(ana)), pushed(push, ana)) == (2, [])
    clock.move_to(NOON + HOUR)
    announce()
    assert pushed(push, ana) == ["Hana moved “Rain” from 18:00 to 20:00."]


def test_people_with_a_reminder_for_a_later_space_are_notified_although_the_first_one_moves_again(
    db, clock, push, ben
):
    host = make_host("hana", name="Hana")
    first = schedule(host, AT_18, title="Rain", every_weeks=1, occurrences=2)
    reminders.set_reminder(Space.objects.latest("starts_at"), user=ben)
    planning.edit(first, by=host, plan=moved_to(first, AT_18 + HOUR), and_following=True)
    expansion.expand_due()
    move(first, AT_18 + 2 * HOUR)
    announce()
    assert texts(ben) == [
        "Hana moved “Rain” from 18:00 to 20:00. The following ones have moved, too."
    ]
