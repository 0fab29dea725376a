"""The Spaces bar on Home: where the people whom one follows host or speak right now."""

from dataclasses import dataclass

from django.db.models import Prefetch

from accounts.blocking import hidden_ids
from accounts.models import User
from spaces.live import presence
from spaces.models import Participant, Role, Space, State

TILES = 30
SEATS_READ = 300  # of people whom one follows, the most followed first


@dataclass(frozen=True)
class Tile:
    """`person` is followed, and hosts the Space or speaks there; `beside` is who else is on."""

    space: Space
    person: User
    hosts: bool
    beside: User | None
    listeners: int


def bar(reader: User) -> list[Tile]:
    """Hosts first, then Spaces of others in which somebody speaks; the most followed first."""
    first: dict[int, Participant] = {}
    for seat in _followed_seats(reader):
        shown = first.get(seat.space_id)
        if shown is None or (seat.role == Role.HOST and shown.role != Role.HOST):
            first[seat.space_id] = seat
    seats = sorted(first.values(), key=lambda seat: seat.role != Role.HOST)[:TILES]
    stages = {seat.space.public_id: [each.user.key for each in _stage(seat)] for seat in seats}
    counts = presence.counts(stages) if stages else {}
    hidden = hidden_ids(reader) if seats else set()
    return [_tile(seat, counts[seat.space.public_id], hidden) for seat in seats]


def _followed_seats(reader: User) -> list[Participant]:
    stage = Participant.objects.on_stage().select_related("user")
    spaces = Space.objects.visible_to(reader).live()
    return list(
        Participant.objects.filter(
            left_at__isnull=True,
            space__state=State.LIVE,
            space__in=spaces,
            user__followed_by__follower=reader,
        )
        .select_related("user", "space")
        .prefetch_related(Prefetch("space__stage", stage))
        .order_by("-user__follower_count", "pk")[:SEATS_READ]
    )


def _stage(seat: Participant) -> list[Participant]:
    return list(seat.space.stage.all())


def _tile(seat: Participant, listeners: int, hidden: set[int]) -> Tile:
    """Nobody is shown beside them between whom and the reader a block stands."""
    shown = (each for each in _stage(seat) if each.user_id not in hidden)
    others = [each.user for each in shown if each.user_id != seat.user_id]
    hosts = seat.role == Role.HOST
    return Tile(seat.space, seat.user, hosts, others[0] if others else None, listeners)
