"""Live Spaces and people as one reader may see them: the live index without Spaces if there is a
block between their host and the reader. Avatars of live people have a purple ring; listeners are
not live people.

Pages are first rendered with this view. Open pages are updated by `live_updates`, which leaves out
the same Spaces.
"""

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.blocking import hidden_ids
from accounts.models import Follow, User
from core.prepared_queries import prepared
from spaces.directory import live_index
from spaces.directory.live_index import Live, LiveIndex, Stage
from spaces.models import Participant, State


class LiveView:
    """Live Spaces and people as one reader may see them. Each part is read on first use."""

    def __init__(self, reader: Any) -> None:
        self.reader = reader

    def get(self, key: str) -> Live | None:
        live = self._index.people.get(key)
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
        return _followed_by(self.reader.pk)

    @cached_property
    def _index(self) -> LiveIndex:
        return live_index.cached()


@prepared
def _followed_by(reader: int) -> "QuerySet[Follow, int]":
    seated = Participant.objects.filter(left_at__isnull=True, space__state=State.LIVE)
    follows = Follow.objects.filter(follower=reader, followed__in=seated.values("user"))
    ranked = follows.order_by("-followed__follower_count", "followed")
    return ranked.values_list("followed_id", flat=True)


def live_view_of(request: HttpRequest | None) -> LiveView:
    """Return the request's `LiveView`; without a request (in an e-mail), a stranger's."""
    if request is None:
        return LiveView(None)
    if not hasattr(request, "live_view"):
        request.live_view = LiveView(request.user)  # type: ignore[attr-defined]
    view: LiveView = request.live_view  # type: ignore[attr-defined]
    return view
