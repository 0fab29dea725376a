"""The live index: all live Spaces and their stages, read in one query and cached for a moment.

The purple rings around avatars are computed here (`LiveIndex.people`): a person has a ring while
they have a seat on the stage of a live Space. In a room, a ring means that the person is talking
(static/js/room/sound/levels.js).
"""

import time
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, cast

from django.conf import settings
from django.db.models import FilteredRelation, Q, QuerySet

from accounts.models.user import in_good_standing
from core import person_keys
from core.paths import path_of
from core.prepared_queries import prepared
from spaces.models import Role, Space
from spaces.room import presence


@dataclass(frozen=True)
class Seat:
    """A seat on a stage, and the person who has it."""

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
class Live:
    """The Space in which a person is live, and their role in it."""

    space_id: str
    host_id: int
    role: str

    @property
    def words(self) -> str:
        doing = "hosting" if self.role == Role.HOST else "speaking in"
        return f"{doing} a live Space"

    @property
    def url(self) -> str:
        return path_of("spaces:space", self.space_id)


@dataclass(frozen=True)
class LiveIndex:
    stages: list[Stage]  # the newest first

    @cached_property
    def people(self) -> dict[str, Live]:
        """All live people by person key. A person in several Spaces is shown in the Space where
        they have the highest role."""
        places = [(seat, stage) for stage in self.stages for seat in stage.seats]
        places.sort(key=lambda place: place[0].number, reverse=True)
        return {
            person_keys.of_account(seat.user_id): Live(stage.public_id, stage.host_id, seat.role)
            for seat, stage in places
        }

    @cached_property
    def listeners(self) -> dict[str, int]:
        """The number of listeners by public id; takes one round trip to Redis."""
        seated = {
            stage.public_id: [person_keys.of_account(seat.user_id) for seat in stage.seats]
            for stage in self.stages
        }
        return presence.counts(seated) if seated else {}


def read() -> LiveIndex:
    """Read the index from the database. Spaces of suspended hosts are left out, since they are
    about to end."""
    stages: dict[int, Stage] = {}
    for pk, public_id, host_id, started_at, number, user_id, role in _seats():
        stage = stages.setdefault(pk, Stage(pk, public_id, host_id, cast(datetime, started_at), []))
        if number is not None:
            stage.seats.append(Seat(number, user_id, role))
    for stage in stages.values():
        stage.seats.sort(key=lambda seat: seat.number)
    return LiveIndex(
        sorted(stages.values(), key=lambda stage: (stage.started_at, stage.pk), reverse=True)
    )


@prepared
def _seats() -> "QuerySet[Space, tuple[Any, ...]]":
    found = Space.objects.live().filter(in_good_standing("host__")).order_by()
    seated = FilteredRelation("participants", condition=Q(participants__left_at__isnull=True))
    return found.alias(seated=seated).values_list(
        "pk",
        "public_id",
        "host_id",
        "started_at",
        "seated__seat",
        "seated__user_id",
        "seated__role",
    )


_cache: list[tuple[float, LiveIndex]] = []  # empty, or one pair: when it was read, the index


def cached() -> LiveIndex:
    """Return an index that is at most LIVE_PEOPLE_KEPT seconds old. The page's socket then sends
    later changes."""
    now = time.monotonic()
    for at, index in _cache:
        if now - at < settings.LIVE_PEOPLE_KEPT:
            return index
    return refresh()


def refresh() -> LiveIndex:
    """Read the index and cache it, so that a new page never shows an older state than open pages
    do."""
    now = time.monotonic()
    index = read()
    _cache[:] = [(now, index)]
    return index


def invalidate() -> None:
    """Empty the cache, so that the next page reads the index from the database."""
    _cache.clear()
