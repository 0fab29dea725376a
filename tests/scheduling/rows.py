"""Create the rows of scheduled Spaces directly, even at times that the form refuses."""

from datetime import datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts.models import User
from scheduling.models import CohostInvitation, CohostState, Reminder, Schedule
from spaces.models import Space, State
from tests.factories import make_host

BERLIN = "Europe/Berlin"
_numbers = count(1)


def make_planned(
    host: User | None = None,
    *,
    at: datetime | None = None,
    title: str = "",
    description: str = "",
    zone: str = BERLIN,
    minutes: int = 60,
) -> Space:
    """Create a scheduled Space; without `at`, it starts in three days."""
    starts_at = at or timezone.now() + timedelta(days=3)
    space = Space.objects.create(
        host=host or make_host(),
        title=title or f"Rain, part {next(_numbers)}",
        description=description,
        state=State.SCHEDULED,
        starts_at=starts_at,
    )
    local = starts_at.astimezone(ZoneInfo(zone))
    Schedule.objects.create(
        space=space,
        local_date=local.date(),
        local_time=local.time(),
        zone=zone,
        minutes=minutes,
    )
    return space


def set_reminders(space: Space, *people: User) -> Space:
    for person in people:
        Reminder.objects.create(space=space, user=person)
    Schedule.objects.filter(space=space).update(
        reminder_count=Reminder.objects.filter(space=space).count()
    )
    return space


def invite_cohost(
    space: Space, person: User, state: CohostState = CohostState.ACCEPTED
) -> CohostInvitation:
    return CohostInvitation.objects.create(schedule=space.schedule, user=person, state=state)
