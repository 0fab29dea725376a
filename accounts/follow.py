"""Follow and unfollow. The counts stay right however many do it at once.

One transaction holds the row and both counts, and the counts move only where the row did: the
unique constraint decides the race on every database, and no lock is needed. The two people's rows
are written in the order of their keys, so that two who follow each other at the same moment do
not deadlock on PostgreSQL.
"""

from django.db import transaction
from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Follow, User


def follow(*, follower: User, followed: User) -> bool:
    """Whether this call made it so; False when it already was.

    Raises ValueError for following oneself.
    """
    if follower.pk == followed.pk:
        raise ValueError("Nobody follows themselves.")
    with transaction.atomic():
        _, made = Follow.objects.get_or_create(follower=follower, followed=followed)
        if made:
            _move_counts(follower, followed, by=1)
        return made


def unfollow(*, follower: User, followed: User) -> bool:
    """Whether this call ended it; False when there was nothing to end."""
    with transaction.atomic():
        ended, _ = Follow.objects.filter(follower=follower, followed=followed).delete()
        if ended:
            _move_counts(follower, followed, by=-1)
        return bool(ended)


def follows(*, follower: User, followed: User) -> bool:
    return Follow.objects.filter(follower=follower, followed=followed).exists()


def recount(people: QuerySet[User]) -> None:
    """Set both counts from the rows: after rows were made in bulk, or to repair."""
    people.update(
        follower_count=_rows_counted("followed"), following_count=_rows_counted("follower")
    )


def _rows_counted(side: str) -> Coalesce:
    rows = Follow.objects.filter(**{side: OuterRef("pk")}).order_by().values(side)
    return Coalesce(Subquery(rows.annotate(count=Count("pk")).values("count")), 0)


def _move_counts(follower: User, followed: User, *, by: int) -> None:
    changes = {
        follower.pk: {"following_count": F("following_count") + by},
        followed.pk: {"follower_count": F("follower_count") + by},
    }
    for pk in sorted(changes):
        User.objects.filter(pk=pk).update(**changes[pk])
