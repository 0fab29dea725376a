"""Who is live, where: a ring means that somebody hosts or speaks. Listening shows in none."""

import time
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from spaces.models import Participant, Role, Space, State


@dataclass(frozen=True)
class Live:
    """One person's place on a live stage."""

    space_id: str
    host_id: int
    role: str

    @property
    def words(self) -> str:
        doing = "hosting" if self.role == Role.HOST else "speaking in"
        return f"{doing} a live Space"

    @property
    def url(self) -> str:
        return reverse("spaces:space", args=[self.space_id])


def everyone() -> dict[str, Live]:
    """All live people of the site by key, in one query. Who hosts here and speaks there hosts."""
    seats = Participant.objects.filter(left_at__isnull=True, space__state=State.LIVE)
    return {
        f"u{user_id}": Live(space_id, host_id, role)
        for user_id, space_id, host_id, role in seats.order_by("-seat", "pk").values_list(
            "user_id", "space__public_id", "space__host_id", "role"
        )
    }


class Seen:
    """The live people as one reader may see them; asks only once a face is drawn."""

    def __init__(self, reader: Any) -> None:
        self.reader = reader

    def get(self, key: str) -> Live | None:
        live = self._people.get(key)
        return None if live is None or live.space_id in self._hidden else live

    @cached_property
    def _people(self) -> dict[str, Live]:
        return _kept()

    @cached_property
    def _hidden(self) -> set[str]:
        return hidden_from(self.reader)


def hidden_from(reader: Any) -> set[str]:
    """Live Spaces that are closed to the reader: as a rule none."""
    if not isinstance(reader, User):
        return set()
    seen = Space.objects.visible_to(reader).values("pk")
    return set(Space.objects.live().exclude(pk__in=seen).values_list("public_id", flat=True))


def forget() -> None:
    """The next page asks the database again."""
    _memory.clear()


_memory: list[tuple[float, dict[str, Live]]] = []  # what this process read last, and when


def _kept() -> dict[str, Live]:
    """`everyone()`, at most LIVE_PEOPLE_KEPT seconds old: the socket brings what is newer."""
    now = time.monotonic()
    for at, people in _memory[-1:]:
        if now - at < settings.LIVE_PEOPLE_KEPT:
            return people
    return refresh()


def refresh() -> dict[str, Live]:
    """`everyone()`, and what the next pages show: none is older than what open ones were told."""
    now = time.monotonic()
    people = everyone()
    _memory[:] = [(now, people)]
    return people
