"""Block and unblock people, and find who is hidden from whom.

A block ends follows in both directions.
"""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.follow import unfollow
from accounts.locks import lock_pair
from accounts.models import Block, User
from accounts.signals import user_blocked
from core.prepared_queries import prepared


def block(*, blocker: User, blocked: User) -> bool:
    """Block a person; return False if they were already blocked.

    Raise ValueError for blocking oneself.
    """
    if blocker.pk == blocked.pk:
        raise ValueError("People can't block themselves.")
    with lock_pair(blocker, blocked):
        _, created = Block.objects.get_or_create(blocker=blocker, blocked=blocked)
        if created:
            unfollow(follower=blocker, followed=blocked)
            unfollow(follower=blocked, followed=blocker)
            transaction.on_commit(
                lambda: user_blocked.send(Block, blocker=blocker, blocked=blocked)
            )
        return created


def unblock(*, blocker: User, blocked: User) -> bool:
    """Unblock a person; return False if they were not blocked. Follows are not restored."""
    deleted, _ = Block.objects.filter(blocker=blocker, blocked=blocked).delete()
    return bool(deleted)


def blocks(blocker: User, blocked: User) -> bool:
    return blocks_by_id(blocker.pk, blocked.pk)


def blocks_by_id(blocker_id: int, blocked_id: int) -> bool:
    return bool(_blocks(blocker_id, blocked_id))


def blocked_among(blocker_id: int, ids: list[int]) -> list[int]:
    """Return which of these people this person blocks. `ids` must not be empty."""
    return _blocked_among(blocker_id, ids)


def blocked_ids(user: User) -> set[int]:
    """Return the ids of the people whom `user` blocks."""
    return set(_blocked_by(user.pk))


def hidden_ids(user: object) -> set[int]:
    """Return the ids of the people who block `user` or whom `user` blocks; an empty set if nobody
    is signed in."""
    if not isinstance(user, User):
        return set()
    return {pk for pair in _pairs_with(user.pk) for pk in pair} - {user.pk}


@prepared
def _blocks(blocker: int, blocked: int) -> "QuerySet[Block, int]":
    return Block.objects.filter(blocker=blocker, blocked=blocked).values_list("pk", flat=True)


@prepared
def _blocked_among(blocker: int, ids: list[int]) -> "QuerySet[Block, int]":
    blocks = Block.objects.filter(blocker=blocker, blocked__in=ids)
    return blocks.values_list("blocked_id", flat=True)


@prepared
def _blocked_by(blocker: int) -> "QuerySet[Block, int]":
    return Block.objects.filter(blocker=blocker).values_list("blocked_id", flat=True)


@prepared
def _pairs_with(person: int) -> "QuerySet[Block, tuple[int, int]]":
    pairs = Block.objects.filter(Q(blocker=person) | Q(blocked=person))
    return pairs.values_list("blocker_id", "blocked_id")


def pairs_between(some: Collection[int], others: Collection[int]) -> set[tuple[int, int]]:
    """Return the pairs (id in `some`, id in `others`) in which one person blocks the other."""
    if not some or not others:
        return set()
    blocks = Block.objects.filter(
        Q(blocker__in=some, blocked__in=others) | Q(blocker__in=others, blocked__in=some)
    )
    pairs = set(blocks.values_list("blocker_id", "blocked_id"))
    return pairs | {(blocked, blocker) for blocker, blocked in pairs}


def blocks_by(user: User) -> QuerySet[Block]:
    """Return the blocks that `user` created, newest first."""
    return Block.objects.filter(blocker=user).select_related("blocked").order_by("-at", "-pk")
