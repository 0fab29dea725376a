"""All that is live, in one query, which a process keeps for a moment."""

import time
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import cast

from django.conf import settings
from django.db.models import FilteredRelation, Q

from accounts.models.user import in_good_standing
from core import person_keys
from spaces.models import Space
from spaces.room import presence


@dataclass(frozen=True)
class Seat:
    """Somebody on a stage."""

    number: int
    user_id: int
    role: str


@dataclass(frozen=True)
class Stage:
    """A live Space, and who is on its stage, in the order of the seats."""

    pk: int
    public_id: str
    host_id: int
    started_at: datetime
    seats: list[Seat]


@dataclass(frozen=True)
class LiveIndex:
    stages: list[Stage]  # the newest first

    @cached_property
    def listeners(self) -> dict[str, int]:
        """How many listen in each Space by public id, in one round trip to Redis."""
        seated = {
            stage.public_id: [person_keys.of_account(seat.user_id) for seat in stage.seats]
            for stage in self.stages
        }
        return presence.counts(seated) if seated else {}


def read() -> LiveIndex:
    """Not of who is suspended: their Spaces are ending."""
    found = Space.objects.live().filter(in_good_standing("host__")).order_by()
    seated = FilteredRelation("stage", condition=Q(stage__left_at__isnull=True))
    rows = found.alias(seated=seated).values_list(
        "pk",
        "public_id",
        "host_id",
        "started_at",
        "seated__seat",
        "seated__user_id",
        "seated__role",
    )
    stages: dict[int, Stage] = {}
    for pk, public_id, host_id, started_at, number, user_id, role in rows:
        stage = stages.setdefault(pk, Stage(pk, public_id, host_id, cast(datetime, started_at), []))
        if number is not None:
            stage.seats.append(Seat(number, user_id, role))
    for stage in stages.values():
        stage.seats.sort(key=lambda seat: seat.number)
    return LiveIndex(
        sorted(stages.values(), key=lambda stage: (stage.started_at, stage.pk), reverse=True)
    )


_memory: list[tuple[float, LiveIndex]] = []  # what this process read last, and when


def cached() -> LiveIndex:
    """`read()`, at most LIVE_PEOPLE_KEPT seconds old: the socket brings what is newer."""
    now = time.monotonic()
    for at, reading in _memory[-1:]:
        if now - at < settings.LIVE_PEOPLE_KEPT:
            return reading
    return refresh()


def refresh() -> LiveIndex:
    """`read()`, and what the next pages show: none is older than what open ones were told."""
    now = time.monotonic()
    reading = read()
    _memory[:] = [(now, reading)]
    return reading


def invalidate() -> None:
    """The next page asks the database again."""
    _memory.clear()
