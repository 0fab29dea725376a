"""The live index: all live Spaces and their stages, in one query, kept for a moment."""

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
    """One person on a stage."""

    number: int
    user_id: int
    role: str


@dataclass(frozen=True)
class Stage:
    """A live Space and the people on its stage, in the order of their seats."""

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
        """Number of listeners by public id, in one round trip to Redis."""
        seated = {
            stage.public_id: [person_keys.of_account(seat.user_id) for seat in stage.seats]
            for stage in self.stages
        }
        return presence.counts(seated) if seated else {}


def read() -> LiveIndex:
    """Read the index from the database, without Spaces whose host is suspended: they are ending."""
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


_memory: list[tuple[float, LiveIndex]] = []  # the last index of this process, and when it was read


def cached() -> LiveIndex:
    """Return an index at most LIVE_PEOPLE_KEPT seconds old; the socket sends what is newer."""
    now = time.monotonic()
    for at, index in _memory[-1:]:
        if now - at < settings.LIVE_PEOPLE_KEPT:
            return index
    return refresh()


def refresh() -> LiveIndex:
    """Read the index again and keep it, so that no new page is older than what open ones have."""
    now = time.monotonic()
    index = read()
    _memory[:] = [(now, index)]
    return index


def invalidate() -> None:
    """Forget the index: the next page reads it from the database."""
    _memory.clear()
