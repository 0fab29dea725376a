"""The cards of Spaces, for lists and posts."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from accounts.blocking import hidden_ids
from accounts.models import User
from core.times import duration_in_words
from spaces.models import Participant, Space
from spaces.room import presence

MAX_FACES = 4


@dataclass(frozen=True)
class Card:
    space: Space
    host: User
    speakers: list[User]  # without the host; at most MAX_FACES
    listeners: int

    @property
    def lasted(self) -> str:
        """The duration of an ended Space, as text."""
        return duration_in_words(self.space.duration)


def cards_of(ids: Collection[int], viewer: Any) -> dict[int, Card]:
    """Return the cards of these Spaces by id, without Spaces that `viewer` may not see. A cancelled
    Space has a card that shows this. The number of queries does not grow with the number of
    Spaces."""
    if not ids:
        return {}
    seated = Participant.objects.on_stage().select_related("user")
    spaces = list(
        Space.objects.with_host_visible_to(viewer)
        .filter(pk__in=ids)
        .select_related("host")
        .prefetch_related("topics", Prefetch("participants", seated))
    )
    live = [space for space in spaces if space.is_live]
    counts = presence.counts(
        {space.public_id: [seat.user.key for seat in space.participants.all()] for space in live}
    )
    hidden = hidden_ids(viewer) if live else set()  # people whom the card does not show as speakers
    return {space.pk: _card(space, counts.get(space.public_id, 0), hidden) for space in spaces}


def _card(space: Space, listeners: int, hidden: set[int]) -> Card:
    shown = (seat for seat in space.participants.all() if seat.user_id not in hidden)
    speakers = [seat.user for seat in shown if seat.user_id != space.host_id]
    return Card(space=space, host=space.host, speakers=speakers[:MAX_FACES], listeners=listeners)
