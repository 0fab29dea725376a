"""Live people: who hosts or speaks in which live Space. Listeners are not live people.

Rings around avatars are computed here: outside of rooms, a person whom `LiveView.get`
finds has one.
"""

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
        return reverse("spaces:space", args=[self.space_id])


def people_of(index: LiveIndex) -> dict[str, Live]:
    """Return all live people by person key. A person in several Spaces is shown in the Space where
    they have the highest role."""
    places = [(seat, stage) for stage in index.stages for seat in stage.seats]
    places.sort(key=lambda place: place[0].number, reverse=True)
    return {
        person_keys.of_account(seat.user_id): Live(stage.public_id, stage.host_id, seat.role)
        for seat, stage in places
    }


class LiveView:
    """Live Spaces and people as one reader may see them. Each part is read on first use."""

    def __init__(self, reader: Any) -> None:
        self.reader = reader

    def get(self, key: str) -> Live | None:
        live = self._people.get(key)
        return None if live is None or live.host_id in self.hidden else live

    @cached_property
    def stages(self) -> list[Stage]:
        """Live Spaces, the newest first, without those whose host and the reader have a block
        between them."""
        return [stage for stage in self._index.stages if stage.host_id not in self.hidden]

    def listeners(self, stage: Stage) -> int:
        return self._index.listeners.get(stage.public_id, 0)

    @cached_property
    def hidden(self) -> set[int]:
        return hidden_ids(self.reader)

    @cached_property
    def followed(self) -> list[int]:
        """Ids of the live people whom the reader follows; people with the most followers first."""
        if not isinstance(self.reader, User):
            return []
        seated = Participant.objects.filter(left_at__isnull=True, space__state=State.LIVE)
        follows = Follow.objects.filter(follower=self.reader, followed__in=seated.values("user"))
        ranked = follows.order_by("-followed__follower_count", "followed")
        return list(ranked.values_list("followed_id", flat=True))

    @cached_property
    def _index(self) -> LiveIndex:
        return live_index.cached()

    @cached_property
    def _people(self) -> dict[str, Live]:
        return people_of(self._index)


def live_view_of(request: HttpRequest | None) -> LiveView:
    """Return the request's `LiveView`; without a request (in an e-mail), a stranger's."""
    if request is None:
        return LiveView(None)
    if not hasattr(request, "live_view"):
        request.live_view = LiveView(request.user)  # type: ignore[attr-defined]
    view: LiveView = request.live_view  # type: ignore[attr-defined]
    return view
