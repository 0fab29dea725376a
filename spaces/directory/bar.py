"""The Spaces bar on Home: live Spaces in which people whom the reader follows host or speak."""

from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models import User
from core.prepared_queries import prepared
from spaces.directory.live_index import Seat, Stage
from spaces.directory.live_view import LiveView
from spaces.models import Role, Space

MAX_TILES = 30


@dataclass(frozen=True)
class Tile:
    """A tile of the bar. The reader follows `person`, who hosts the Space or speaks in it; `beside`
    is another person on its stage, if there is one."""

    space: Space
    person: User
    hosts: bool
    beside: User | None
    listeners: int


def bar(view: LiveView) -> list[Tile]:
    """Return the tiles: followed hosts, then followed speakers; within both, people with the most
    followers first."""
    if not view.stages:
        return []
    rank = {user_id: position for position, user_id in enumerate(view.followed)}
    found = [(stage, seat) for stage in view.stages if (seat := _followed_seat(stage, rank))]
    found.sort(key=lambda each: (each[1].role != Role.HOST, rank[each[1].user_id]))
    shown = [(stage, seat, _beside(stage, seat, view.hidden)) for stage, seat in found[:MAX_TILES]]
    if not shown:
        return []
    spaces = {space.pk: space for space in _live([stage.pk for stage, _, _ in shown])}
    faces = {each.user_id for _, seat, beside in shown for each in (seat, beside) if each}
    people = {person.pk: person for person in _people(list(faces))}
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


@prepared
def _live(ids: list[int]) -> QuerySet[Space]:
    return Space.objects.live().filter(pk__in=ids).order_by()


@prepared
def _people(ids: list[int]) -> QuerySet[User]:
    return User.objects.filter(pk__in=ids).order_by()


def _followed_seat(stage: Stage, rank: dict[int, int]) -> Seat | None:
    """Return the host's seat if the reader follows the host, otherwise the seat of the followed
    speaker with the best rank; None if the reader follows nobody there. `rank` has the live people
    whom the reader follows, by id."""
    followed = [seat for seat in stage.seats if seat.user_id in rank]
    return min(
        followed, key=lambda seat: (seat.role != Role.HOST, rank[seat.user_id]), default=None
    )


def _beside(stage: Stage, person: Seat, hidden: set[int]) -> Seat | None:
    """Return the seat of another person on the stage, or None. `hidden` has the ids of people who
    are not shown, because of a block between them and the reader."""
    others = (seat for seat in stage.seats if seat.user_id not in hidden)
    return next((seat for seat in others if seat != person), None)
