"""Scheduled Spaces on the running site, and the passing of time until they start."""

from tests.fixtures.stack import Stack

SCHEDULE = """
from datetime import timedelta
from django.utils import timezone
from scheduling.actions import planning
from scheduling.plan import Plan
at = timezone.now() + timedelta(days=2)
plan = Plan(title={title!r}, local_date=at.date(), local_time=at.time(), zone="UTC", minutes=60)
invited = User.objects.filter(handle__in={invited})
space, _ = planning.schedule(host=User.objects.get(handle={host!r}), plan=plan, invited=invited)
print(space.public_id)
"""
# Simulates that time has passed: moves the start of the Space and its reminders to earlier times.
MOVE = """
from datetime import timedelta
from zoneinfo import ZoneInfo
from django.db.models import F
from django.utils import timezone
from notifications.models import Broadcast
from spaces.directory.live_updates.open_pages import request_refresh
space = Space.objects.select_related("schedule").get(public_id="{space}")
starts_at = timezone.now() + timedelta(minutes={minutes})
passed = space.starts_at - starts_at
reminders = Broadcast.objects.filter(subject__startswith="space:{space}:", state="waiting")
reminders.update(due_at=F("due_at") - passed, next_at=F("next_at") - passed)
local = starts_at.astimezone(ZoneInfo(space.schedule.zone))
Schedule.objects.filter(space=space).update(local_date=local.date(), local_time=local.time())
Space.objects.filter(pk=space.pk).update(starts_at=starts_at, edits=F("edits") + 1)
request_refresh()
"""


def schedule(
    stack: Stack,
    *,
    host: str = "ana",
    title: str = "Rain on Tuesday",
    invited: tuple[str, ...] = (),
) -> str:
    """Schedule a Space in two days; return its URL."""
    made = stack.shell(SCHEDULE.format(host=host, title=title, invited=list(invited)))
    return f"{stack.url}/spaces/{made.splitlines()[-1]}/"


def let_time_pass(stack: Stack, address: str, *, minutes_left: float) -> None:
    """Move the start of the Space at this URL to `minutes_left` from now; negative: it is late."""
    space = address.rstrip("/").split("/")[-1]
    stack.shell(MOVE.format(space=space, minutes=minutes_left))
