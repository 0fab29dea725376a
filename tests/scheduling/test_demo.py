"""The demo's upcoming Spaces."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from accounts.demo.people import create_people
from accounts.models import User
from notifications.models import Broadcast
from scheduling.demo import SOON, WEEKLY, schedule_spaces
from scheduling.models import CohostState, Reminder
from spaces.models import Space

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def people(db):
    create_people()


def test_people_are_reminded_of_one_space_minutes_after_the_demo_starts():
    begun = datetime.now(UTC)
    schedule_spaces()
    space = Space.objects.scheduled().get(title=SOON)
    assert timedelta(minutes=13) <= space.starts_at - begun <= timedelta(minutes=14, seconds=5)
    reminded_at = Broadcast.objects.get(kind="reminder_soon", subject__contains=space.public_id)
    assert timedelta(minutes=2) < reminded_at.due_at - begun < timedelta(minutes=5)
    assert Reminder.objects.filter(space=space, user__handle__in=["ana", "dan", "eve"]).count() == 3


def test_the_other_space_repeats_every_week_and_has_a_cohost():
    schedule_spaces()
    spaces = list(Space.objects.scheduled().filter(title=WEEKLY).order_by("starts_at"))
    assert len(spaces) == 4
    for space in spaces:
        [cohost] = space.schedule.cohosts.all()
        assert (cohost.user.handle, cohost.state) == ("ben", CohostState.ACCEPTED)


def test_starting_the_demo_again_adds_only_missing_spaces():
    schedule_spaces()
    before = Space.objects.scheduled().count()
    schedule_spaces()
    assert Space.objects.scheduled().count() == before
    Space.objects.filter(title=SOON).delete()
    schedule_spaces()
    assert Space.objects.scheduled().count() == before


@pytest.mark.parametrize("hour", [0, 17, 23])
def test_the_demo_can_be_started_at_any_time_of_day(hour):
    with time_machine.travel(datetime(2027, 3, 27, hour, 55, tzinfo=UTC), tick=False):
        schedule_spaces()
    assert User.objects.get(handle="cleo").spaces.scheduled().exists()
