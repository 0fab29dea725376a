"""A person's schedule: the Spaces that they host, co-host, are invited to co-host or have a
reminder for, and the Spaces that higher-level apps add (`scheduling.agenda_sources`)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from scheduling import agenda_sources
from scheduling.models import CohostInvitation, CohostState, Reminder
from spaces.models import Space, State

MAX_SPACES = 200  # on the page
# A cancelled Space is shown until this long after its planned start.
CANCELLED_SHOWN_FOR = timedelta(days=1)


@dataclass(frozen=True)
class Item:
    space: Space
    role: str  # "host", "cohost", "invited", "reminder", or one of settings.AGENDA_SOURCES
    clashes_with: Sequence[Space]  # other Spaces of the schedule at the same time

    @property
    def starts_at(self) -> datetime:
        return _start(self.space)

    @property
    def ends_at(self) -> datetime:
        return _end(self.space)


@dataclass(frozen=True)
class Day:
    items: list[Item]

    @property
    def starts_at(self) -> datetime:
        return self.items[0].starts_at


def days_of(person: User, zone: tzinfo) -> list[Day]:
    """Return the person's schedule by day in their time zone, the soonest first.

    It contains Spaces that were scheduled and have not ended, and cancelled ones until
    CANCELLED_SHOWN_FOR after their planned start; MAX_SPACES at most.
    """
    roles = _roles(person)
    now = timezone.now()
    is_open = Q(state__in=[State.SCHEDULED, State.LIVE])
    was_cancelled = Q(state=State.CANCELLED, starts_at__gte=now - CANCELLED_SHOWN_FOR)
    found = Space.objects.with_host_visible_to(person).filter(is_open | was_cancelled)
    spaces = found.filter(Q(host=person) | Q(pk__in=roles), schedule__isnull=False)
    ordered = list(
        spaces.select_related("host", "schedule__series").order_by("starts_at", "pk")[:MAX_SPACES]
    )
    clashes = find_clashes([space for space in ordered if not space.is_cancelled])
    items = [
        Item(
            space,
            role="host" if space.host_id == person.pk else roles[space.pk],
            clashes_with=clashes.get(space.pk, ()),
        )
        for space in ordered
    ]
    return _by_day(items, zone)


def find_clashes(spaces: Iterable[Space]) -> dict[int, list[Space]]:
    """Map the ids of Spaces that overlap others to those others. `spaces` must be sorted by
    start."""
    clashes: dict[int, list[Space]] = {}
    running: list[Space] = []
    for space in spaces:
        running = [each for each in running if _end(each) > _start(space)]
        for each in running:
            clashes.setdefault(each.pk, []).append(space)
            clashes.setdefault(space.pk, []).append(each)
        running.append(space)
    return clashes


def _roles(person: User) -> dict[int, str]:
    """Map the ids of other hosts' Spaces in the schedule to the person's role in them."""
    with_reminder = Reminder.objects.filter(user=person).values_list("space_id", flat=True)
    invitations = CohostInvitation.objects.filter(user=person).exclude(state=CohostState.DECLINED)
    roles = dict.fromkeys(with_reminder, "reminder")
    for role, source in agenda_sources.by_role().items():
        roles.update(dict.fromkeys(source(person), role))
    for space_id, state in invitations.values_list("schedule__space_id", "state"):
        roles[space_id] = "cohost" if state == CohostState.ACCEPTED else "invited"
    return roles


def _by_day(items: list[Item], zone: tzinfo) -> list[Day]:
    days: dict[date, list[Item]] = {}
    for item in items:
        days.setdefault(item.starts_at.astimezone(zone).date(), []).append(item)
    return [Day(each) for each in days.values()]


def _start(space: Space) -> datetime:
    assert space.starts_at is not None, "a Space with a schedule has a planned start"  # noqa: S101
    return space.starts_at


def _end(space: Space) -> datetime:
    return _start(space) + timedelta(minutes=space.schedule.minutes)
