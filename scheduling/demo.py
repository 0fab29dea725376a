"""The demo's upcoming Spaces. One starts soon, so that its reminders arrive minutes after the start
of the demo; the other one repeats every week and has a co-host."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from accounts.models import User
from core import shared_clock
from scheduling.actions import cohosts, planning, reminders
from scheduling.plan import Plan
from spaces.models import Space, SpeakPolicy, Topic

ZONE = "Europe/Berlin"
STARTS_IN = timedelta(minutes=13)  # people are reminded 10 minutes before the start
EVENING = 18  # o'clock
SOON, WEEKLY = "Rye bread, live from the oven", "A city before breakfast"
INTERESTED = 40  # listeners with a reminder


def schedule_spaces() -> None:
    """Schedule the Spaces, unless they are already scheduled or live."""
    now = shared_clock.now().astimezone(ZoneInfo(ZONE))
    # Round up to a whole minute, as people do.
    soon = (now + STARTS_IN + timedelta(minutes=1)).replace(second=0, microsecond=0)
    if space := _schedule("cleo", _plan(SOON, soon, minutes=45, topics=["food"])):
        _set_reminders(space, "ana", "dan", "eve")
    evening = (now + timedelta(days=1)).replace(hour=EVENING, minute=0, second=0, microsecond=0)
    plan = _plan(WEEKLY, evening, minutes=90, topics=["cities", "music"])
    if space := _schedule("ana", plan, every_weeks=1, occurrences=4, invited=("ben",)):
        cohosts.accept(space, user=_person("ben"))
        _set_reminders(space, "cleo", "dan")


DESCRIPTIONS = {
    SOON: "Cleo bakes, and you ask: sourdough, crumb, crust, and why it never rises on Mondays.",
    WEEKLY: "Trams, shutters, the first coffee: Ana plays what she recorded between four and six. "
    "Bring a sound of your own street.",
}


def _plan(title: str, at: datetime, *, minutes: int, topics: list[str]) -> Plan:
    return Plan(
        title=title,
        local_date=at.date(),
        local_time=at.time(),
        zone=ZONE,
        minutes=minutes,
        description=DESCRIPTIONS[title],
        topics=list(Topic.objects.filter(slug__in=topics)),
        speak_policy=SpeakPolicy.EVERYONE,
        open_to_guests=True,
    )


def _schedule(
    handle: str,
    plan: Plan,
    *,
    every_weeks: int = 0,
    occurrences: int = 1,
    invited: tuple[str, ...] = (),
) -> Space | None:
    """Return the new Space, or None if this person has one with this title."""
    host = _person(handle)
    known = Space.objects.filter(host=host, title=plan.title)
    if known.scheduled().exists() or known.live().exists():
        return None
    space, _note = planning.schedule(
        host=host,
        plan=plan,
        every_weeks=every_weeks,
        occurrences=occurrences,
        invited=[_person(each) for each in invited],
    )
    return space


def _set_reminders(space: Space, *handles: str) -> None:
    for handle in handles:
        reminders.set_reminder(space, user=_person(handle))
    for listener in User.objects.filter(handle__startswith="listener_")[:INTERESTED]:
        reminders.set_reminder(space, user=listener)


def _person(handle: str) -> User:
    return User.objects.get(handle=handle)
