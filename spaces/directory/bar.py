"""The Spaces bar on Home: where people that the reader follows host or speak right now."""

from dataclasses import dataclass

from accounts.models import User
from spaces.directory.live_index import Seat, Stage
from spaces.directory.live_people import LiveView
from spaces.models import Role, Space

TILES = 30


@dataclass(frozen=True)
class Tile:
    """`person` is followed, and hosts the Space or speaks there; `beside` is on its stage, too."""

    space: Space
    person: User
    hosts: bool
    beside: User | None
    listeners: int


def bar(view: LiveView) -> list[Tile]:
    """Return the tiles: followed hosts, then followed speakers; the most followed first."""
    if not view.stages:
        return []
    rank = {user_id: place for place, user_id in enumerate(view.followed)}
    first = [(stage, seat) for stage in view.stages if (seat := _first(stage, rank))]
    first.sort(key=lambda each: (each[1].role != Role.HOST, rank[each[1].user_id]))
    shown = [(stage, seat, _beside(stage, seat, view.hidden)) for stage, seat in first[:TILES]]
    spaces = Space.objects.live().in_bulk([stage.pk for stage, _, _ in shown])
    faces = {each.user_id for _, seat, beside in shown for each in (seat, beside) if each}
    people = User.objects.in_bulk(faces)
    return [
        Tile(
            space=spaces[stage.pk],
            person=people[seat.user_id],
            hosts=seat.role == Role.HOST,
            beside=people[beside.user_id] if beside else None,
            listeners=view.listeners(stage),
        )
        for stage, seat, beside in shown
        if stage.pk in spaces
    ]


def _first(stage: Stage, rank: dict[int, int]) -> Seat | None:
    """Return the seat of the host if followed, else of the most followed speaker."""
    known = [seat for seat in stage.seats if seat.user_id in rank]
    return min(known, key=lambda seat: (seat.role != Role.HOST, rank[seat.user_id]), default=None)


def _beside(stage: Stage, person: Seat, hidden: set[int]) -> Seat | None:
    """Return another seat on the stage; nobody with a block between them and the reader."""
    others = (seat for seat in stage.seats if seat.user_id not in hidden)
    return next((seat for seat in others if seat != person), None)
