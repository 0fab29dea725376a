"""Follow and unfollow. The counts stay correct under concurrent requests.

The row and both counts change in one transaction, and the counts change only if a row was created
or deleted. If one person blocks another, neither can follow the other: see `accounts.blocking`.
"""

from django.db import transaction
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.locks import blockers, lock_pair
from accounts.models import Follow, User
from core.prepared_queries import prepared
from core.refusals import Refusal


class Blocked(Refusal):
    status = 403

    def __init__(self, message: str) -> None:
        super().__init__("blocked", message)


def follow(*, follower: User, followed: User) -> bool:
    """Follow a person; return False if they were already followed.

    Raise ValueError if both are the same person, Blocked if one of the two blocks the other.
    """
    if follower.pk == followed.pk:
        raise ValueError("People can't follow themselves.")
    with lock_pair(follower, followed):
        _refuse_blocked(follower, followed)
        _, created = Follow.objects.get_or_create(follower=follower, followed=followed)
        if created:
            _change_counts(follower, followed, by=1)
        return created


def unfollow(*, follower: User, followed: User) -> bool:
    """Unfollow a person; return False if they were not followed."""
    with lock_pair(follower, followed):
        deleted, _ = Follow.objects.filter(follower=follower, followed=followed).delete()
        if deleted:
            _change_counts(follower, followed, by=-1)
        return bool(deleted)


def unfollow_all(user: User) -> None:
    """Delete every follow of this person, in both directions, before the account is deleted.

    Concurrent follows and unfollows wait for the lock on the user's row: see
    `accounts.locks.lock_pair`.
    """
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        followed = Follow.objects.filter(follower=user).values("followed")
        followers = Follow.objects.filter(followed=user).values("follower")
        User.objects.filter(pk__in=followed).update(follower_count=F("follower_count") - 1)
        User.objects.filter(pk__in=followers).update(following_count=F("following_count") - 1)
        Follow.objects.filter(Q(follower=user) | Q(followed=user)).delete()
        User.objects.filter(pk=user.pk).update(follower_count=0, following_count=0)
    user.follower_count = user.following_count = 0


def follows(*, follower: User, followed: User) -> bool:
    return bool(_follows(follower.pk, followed.pk))


def followers(one: User, other: User) -> set[int]:
    """Return the ids of the people of this pair who follow the other: none, one or both."""
    return set(_followers_among([one.pk, other.pk]))


@prepared
def _followers_among(pair: list[int]) -> "QuerySet[Follow, int]":
    follows = Follow.objects.filter(follower__in=pair, followed__in=pair)
    return follows.values_list("follower_id", flat=True)


@prepared
def _follows(follower: int, followed: int) -> "QuerySet[Follow, int]":
    return Follow.objects.filter(follower=follower, followed=followed).values_list("pk", flat=True)


def recount(people: QuerySet[User]) -> None:
    """Recompute both counts, after a bulk insert or to repair them."""
    people.update(follower_count=_count_rows("followed"), following_count=_count_rows("follower"))


def _refuse_blocked(follower: User, followed: User) -> None:
    blocking = blockers(follower, followed)
    if follower.pk in blocking:
        raise Blocked(f"You blocked @{followed.handle}. Unblock them first, then follow.")
    if blocking:
        raise Blocked(f"You can't follow @{followed.handle}.")


def _count_rows(side: str) -> Coalesce:
    rows = Follow.objects.filter(**{side: OuterRef("pk")}).order_by().values(side)
    return Coalesce(Subquery(rows.annotate(count=Count("pk")).values("count")), 0)


def _change_counts(follower: User, followed: User, *, by: int) -> None:
    User.objects.filter(pk=follower.pk).update(following_count=F("following_count") + by)
    User.objects.filter(pk=followed.pk).update(follower_count=F("follower_count") + by)
