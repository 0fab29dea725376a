"""List a person's followers, or the people they follow, page by page and newest first."""

from dataclasses import dataclass
from typing import Any, Literal

from accounts.blocking import hidden_ids
from accounts.models import Follow, User
from core import extents

PAGE = 30  # people
Side = Literal["followers", "following"]


@dataclass(frozen=True)
class Row:
    key: int  # the primary key of the follow
    person: User
    is_followed: bool  # by the reader
    follows_reader: bool


@dataclass(frozen=True)
class FollowList:
    rows: list[Row]
    after: int | None  # the key with which to request the next page; None on the last page
    is_cut: bool = False  # whether the first rows are left out


def follow_list(
    owner: User, side: Side, *, reader: Any, after: int | None = None, until: int | None = None
) -> FollowList:
    """Return a page of people, without those who are hidden from the reader.

    `after` selects the page that follows a key. `until` selects the rows up to a key: at least one
    page, and at most `extents.MAX_ROWS`, the nearest to the key.
    """
    reader = reader if isinstance(reader, User) else None
    own, other = ("followed", "follower") if side == "followers" else ("follower", "followed")
    follows = Follow.objects.filter(**{own: owner, f"{other}__is_active": True})
    if reader is not None:
        follows = follows.exclude(**{f"{other}__in": hidden_ids(reader)})
    if after is not None:
        follows = follows.filter(pk__lt=after)
    extent = extents.up_to(follows.order_by("-pk"), until, page=PAGE)
    found = list(extent.rows.select_related(other)[: extent.size + 1])
    people: dict[int, User] = {each.pk: getattr(each, other) for each in found[: extent.size]}
    return FollowList(
        rows=_rows(people, reader),
        after=found[extent.size - 1].pk if len(found) > extent.size else None,
        is_cut=extent.is_cut,
    )


def _rows(by_key: dict[int, User], reader: User | None) -> list[Row]:
    if reader is None:
        return [Row(key, person, False, False) for key, person in by_key.items()]
    people = list(by_key.values())
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
    return [
        Row(key, person, person.pk in followed, person.pk in following)
        for key, person in by_key.items()
    ]
