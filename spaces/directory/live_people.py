"""Who is live, where: a ring means that somebody hosts or speaks. Listening shows in none."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from accounts.blocking import hidden_ids
from accounts.models import Follow, User
from core import person_keys
from spaces.directory import live_index
from spaces.directory.live_index import LiveIndex, Stage
from spaces.models import Participant, Role, State


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


def people_of(reading: LiveIndex) -> dict[str, Live]:
    """All live people of the site by key. Who hosts here and speaks there hosts."""
    places = [(seat, stage) for stage in reading.stages for seat in stage.seats]
    places.sort(key=lambda place: place[0].number, reverse=True)
    return {
        person_keys.of_account(seat.user_id): Live(stage.public_id, stage.host_id, seat.role)
        for seat, stage in places
    }


class Seen:
    """What is live as one reader may see it; asks only once it is wanted, and once."""

    def __init__(self, reader: Any) -> None:
        self.reader = reader

    def get(self, key: str) -> Live | None:
        live = self._people.get(key)
        return None if live is None or live.host_id in self.hidden else live

    @cached_property
    def stages(self) -> list[Stage]:
        """The newest first; closed to the reader are those of whom a block stands between."""
        return [stage for stage in self._reading.stages if stage.host_id not in self.hidden]

    def listeners(self, stage: Stage) -> int:
        return self._reading.listeners.get(stage.public_id, 0)

    @cached_property
    def hidden(self) -> set[int]:
        return hidden_ids(self.reader)

    @cached_property
    def followed(self) -> list[int]:
        """The live people whom the reader follows, the most followed first."""
        if not isinstance(self.reader, User):
            return []
        seated = Participant.objects.filter(left_at__isnull=True, space__state=State.LIVE)
        follows = Follow.objects.filter(follower=self.reader, followed__in=seated.values("user"))
        ranked = follows.order_by("-followed__follower_count", "followed")
        return list(ranked.values_list("followed_id", flat=True))

    @cached_property
    def _reading(self) -> LiveIndex:
        return live_index.cached()

    @cached_property
    def _people(self) -> dict[str, Live]:
        return people_of(self._reading)


def seen_by(request: HttpRequest | None) -> Seen:
    """The same for all that one page draws; outside of a page, a mail say, everything."""
    if request is None:
        return Seen(None)
    if not hasattr(request, "seen_live"):
        request.seen_live = Seen(request.user)  # type: ignore[attr-defined]
    seen: Seen = request.seen_live  # type: ignore[attr-defined]
    return seen
