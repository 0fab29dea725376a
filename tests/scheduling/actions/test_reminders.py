"""People set reminders for scheduled Spaces."""

import pytest

from accounts import blocking
from scheduling.actions import cancelling, reminders
from scheduling.actions.reminders import IsHost
from scheduling.models import Reminder, Schedule
from spaces.admission import BlockedByHost
from spaces.refusals import NotScheduled
from tests.concurrency import run_concurrently
from tests.factories import make_host, make_user
from tests.scheduling.hosting import schedule


def count():
    found = Schedule.objects.get().reminder_count
    assert found == Reminder.objects.count()
    return found


def test_a_reminder_is_counted_once(planned, ana, ben):
    reminders.set_reminder(planned, user=ana)
    reminders.set_reminder(planned, user=ana)
    reminders.set_reminder(planned, user=ben)
    assert count() == 2
    reminders.unset_reminder(planned, user=ana)
    reminders.unset_reminder(planned, user=ana)
    assert (count(), Reminder.objects.get().user) == (1, ben)


def test_removing_automatic_reminders_keeps_the_reminder_that_a_person_set(planned, ana, ben):
    reminders.set_reminder(planned, user=ana, automatically=True)
    reminders.set_reminder(planned, user=ben)
    for person in (ana, ben):
        reminders.unset_automatic_reminder(planned, user=person)
    assert (count(), Reminder.objects.get().user) == (1, ben)


def test_an_automatic_reminder_that_the_person_also_set_is_kept(planned, ana, ben):
    reminders.set_reminder(planned, user=ana, automatically=True)
    reminders.set_reminder(planned, user=ana)
    reminders.set_reminder(planned, user=ben)
    reminders.set_reminder(planned, user=ben, automatically=True)
    for person in (ana, ben):
        reminders.unset_automatic_reminder(planned, user=person)
    assert count() == 2


def test_the_host_needs_no_reminder(planned):
    with pytest.raises(IsHost):
        reminders.set_reminder(planned, user=planned.host)
    assert count() == 0


def test_people_whom_the_host_blocks_cannot_set_a_reminder(planned, ana):
    blocking.block(blocker=planned.host, blocked=ana)
    with pytest.raises(BlockedByHost):
        reminders.set_reminder(planned, user=ana)
    assert count() == 0


def test_a_cancelled_space_takes_no_reminders(planned, ana):
    cancelling.cancel(planned, by=planned.host)
    with pytest.raises(NotScheduled):
        reminders.set_reminder(planned, user=ana)
    assert count() == 0


@pytest.mark.integration
def test_a_double_tap_sets_one_reminder(both_databases):
    space, ana = schedule(make_host()), make_user("ana")
    outcomes = run_concurrently(2, lambda _: reminders.set_reminder(space, user=ana))
    assert (outcomes, count()) == ([None, None], 1)
