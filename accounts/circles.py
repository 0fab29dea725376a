"""Whom somebody follows and who follows them, page by page, the newest first."""

from dataclasses import dataclass
from typing import Any, Literal

from accounts.blocking import hidden_ids
from accounts.models import Follow, User

PAGE = 30
Side = Literal["followers", "following"]


@dataclass(frozen=True)
class Row:
    person: User
    is_followed: bool  # by the reader
    follows_reader: bool


@dataclass(frozen=True)
class Circle:
    rows: list[Row]
    after: int | None  # ask for what comes behind this


def circle(owner: User, side: Side, *, reader: Any, after: int | None = None) -> Circle:
    """A page of people; those hidden from the reader are in nobody's list."""
    reader = reader if isinstance(reader, User) else None
    mine, theirs = ("followed", "follower") if side == "followers" else ("follower", "followed")
    follows = Follow.objects.filter(**{mine: owner, f"{theirs}__is_active": True})
    if reader is not None:
        follows = follows.exclude(**{f"{theirs}__in": hidden_ids(reader)})
    if after is not None:
        follows = follows.filter(pk__lt=after)
    found = list(follows.select_related(theirs).order_by("-pk")[: PAGE + 1])
    people: list[User] = [getattr(follow, theirs) for follow in found[:PAGE]]
    return Circle(
        rows=_rows(people, reader), after=found[PAGE - 1].pk if len(found) > PAGE else None
    )


def _rows(people: list[User], reader: User | None) -> list[Row]:
    if reader is None:
        return [Row(person, False, False) for person in people]
    followed = set(
        Follow.objects.filter(follower=reader, followed__in=people).values_list(
            "followed_id", flat=True
        )
    )
    following = set(
        Follow.objects.filter(followed=reader, follower__in=people).values_list(
            "follower_id", flat=True
        )
    )
    return [Row(person, person.pk in followed, person.pk in following) for person in people]
