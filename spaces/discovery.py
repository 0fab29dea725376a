"""What is live now: people whom one follows first, then what most people listen to."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from accounts.models import Follow, User
from spaces.cards import Card, cards_of
from spaces.live import presence
from spaces.models import Participant, Space, Topic
from spaces.search import matching

PAGE = 20


@dataclass(frozen=True)
class Found:
    cards: list[Card]
    total: int
    next_page: int | None


def find(reader: Any, *, words: str = "", topic: Topic | None = None, page: int = 1) -> Found:
    spaces = Space.objects.visible_to(reader).live()
    if topic is not None:
        spaces = spaces.filter(topics=topic)
    if words:
        spaces = matching(spaces, words)
    ranked = _ranked(dict(spaces.values_list("pk", "public_id")), reader)
    until = page * PAGE
    shown = ranked[until - PAGE : until]
    cards = cards_of(shown, reader)
    return Found(
        cards=[cards[pk] for pk in shown if pk in cards],
        total=len(ranked),
        next_page=page + 1 if len(ranked) > until else None,
    )


def live_topics(reader: Any) -> list[Topic]:
    """Topics of which something is live."""
    spaces = Space.objects.visible_to(reader).live()
    return list(Topic.objects.filter(spaces__in=spaces).distinct())


def _ranked(spaces: dict[int, str], reader: Any) -> list[int]:
    """`{pk: public_id}` in order, whatever their number: two queries, one round trip to Redis."""
    if not spaces:
        return []
    seats = Participant.objects.filter(left_at__isnull=True, space__in=spaces)
    stages: defaultdict[int, set[int]] = defaultdict(set)
    for pk, user_id in seats.values_list("space_id", "user_id"):
        stages[pk].add(user_id)
    followed = _followed(reader, spaces)
    counts = presence.counts(
        {public_id: [f"u{user_id}" for user_id in stages[pk]] for pk, public_id in spaces.items()}
    )
    return sorted(spaces, key=lambda pk: (pk not in followed, -counts[spaces[pk]], -pk))


def _followed(reader: Any, spaces: dict[int, str]) -> set[int]:
    """Those on whose stage is somebody whom the reader follows."""
    if not isinstance(reader, User):
        return set()
    theirs = Follow.objects.filter(follower=reader).values("followed")
    seats = Participant.objects.filter(left_at__isnull=True, space__in=spaces, user__in=theirs)
    return set(seats.values_list("space_id", flat=True))
