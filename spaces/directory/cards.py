"""The cards of Spaces, for lists and posts."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from accounts.blocking import hidden_ids
from accounts.models import User
from accounts.readers import id_of, with_id
from core.prepared_queries import prepared
from core.times import duration_in_words
from spaces.models import Participant, Space, Topic
from spaces.room import presence

MAX_FACES = 4


@dataclass(frozen=True)
class Card:
    space: Space
    host: User
    topics: list[str]  # names
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
    spaces = _visible_spaces(list(ids), id_of(viewer))
    if not spaces:
        return {}
    found = [space.pk for space in spaces]
    topics, seated = defaultdict(list), defaultdict(list)
    for space_id, name in _topics_of(found):
        topics[space_id].append(name)
    for seat in _seats_of(found):
        seated[seat.space_id].append(seat.user)
    live = [space for space in spaces if space.is_live]
    counts = presence.counts(
        {space.public_id: [person.key for person in seated[space.pk]] for space in live}
    )
    hidden = hidden_ids(viewer) if live else set()  # people whom the card does not show as speakers
    return {
        space.pk: Card(
            space=space,
            host=space.host,
            topics=topics[space.pk],
            speakers=[
                person
                for person in seated[space.pk]
                if person.pk not in hidden and person.pk != space.host_id
            ][:MAX_FACES],
            listeners=counts.get(space.public_id, 0),
        )
        for space in spaces
    }


@prepared
def _visible_spaces(ids: list[int], viewer_id: int | None) -> QuerySet[Space]:
    visible = Space.objects.with_host_visible_to(with_id(viewer_id))
    return visible.filter(pk__in=ids).select_related("host").order_by()


@prepared
def _topics_of(ids: list[int]) -> "QuerySet[Topic, tuple[int, str]]":
    """Select the id of the Space and the name of each of its topics, sorted by name."""
    return Topic.objects.filter(spaces__in=ids).order_by("name").values_list("spaces", "name")


@prepared
def _seats_of(ids: list[int]) -> QuerySet[Participant]:
    return Participant.objects.on_stage().filter(space__in=ids).select_related("user")
