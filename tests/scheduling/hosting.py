"""Create plans, and schedule Spaces with them as a host does."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from notifications.models import Broadcast
from scheduling.actions import planning
from scheduling.plan import Plan
from tests.factories import make_host


def in_a_day():
    """Tomorrow at this time, in full minutes."""
    return timezone.now().replace(second=0, microsecond=0) + timedelta(days=1)


def make_plan(at=None, *, zone="UTC", **fields):
    local = (at or in_a_day()).astimezone(ZoneInfo(zone))
    defaults = {"title": "Rain, later", "minutes": 60}
    when = {"local_date": local.date(), "local_time": local.time(), "zone": zone}
    return Plan(**{**defaults, **when, **fields})


def plan_of(space, **changes):
    """Return the plan of a scheduled Space, with changes."""
    schedule = space.schedule
    fields = {
        "title": space.title,
        "description": space.description,
        "minutes": schedule.minutes,
        "local_date": schedule.local_date,
        "local_time": schedule.local_time,
        "zone": schedule.zone,
        "topics": list(space.topics.all()),
    }
    return Plan(**{**fields, **changes})


def moved_to(space, at):
    """Return the plan of a scheduled Space, moved to a moment in UTC."""
    at: datetime = at.astimezone(ZoneInfo("UTC"))
    return plan_of(space, local_date=at.date(), local_time=at.time(), zone="UTC")


def schedule(host=None, at=None, **fields):
    """Schedule a Space for tomorrow, or for `at`."""
    more = {
        name: fields.pop(name)
        for name in ("every_weeks", "occurrences", "invited")
        if name in fields
    }
    space, _ = planning.schedule(host=host or make_host(), plan=make_plan(at, **fields), **more)
    return space


def planned_broadcasts():
    """Return the kind and the due time of each broadcast that was not cancelled."""
    rows = Broadcast.objects.exclude(state=Broadcast.State.CANCELLED)
    return {(row.kind, row.due_at) for row in rows}
