"""Block and unblock, and who is hidden from whom. A block ends following both ways."""

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.follow import unfollow
from accounts.locks import lock_pair
from accounts.models import Block, User
from accounts.signals import user_blocked


def block(*, blocker: User, blocked: User) -> bool:
    """Whether this call made it so; False when it already was.

    Raises ValueError for blocking oneself.
    """
    if blocker.pk == blocked.pk:
        raise ValueError("Nobody blocks themselves.")
    with lock_pair(blocker, blocked):
        _, made = Block.objects.get_or_create(blocker=blocker, blocked=blocked)
        if made:
            unfollow(follower=blocker, followed=blocked)
            unfollow(follower=blocked, followed=blocker)
            transaction.on_commit(
                lambda: user_blocked.send(Block, blocker=blocker, blocked=blocked)
            )
        return made


def unblock(*, blocker: User, blocked: User) -> bool:
    """Whether this call ended it. Nobody follows anybody again by it."""
    ended, _ = Block.objects.filter(blocker=blocker, blocked=blocked).delete()
    return bool(ended)


def blocks(blocker: User, blocked: User) -> bool:
    return Block.objects.filter(blocker=blocker, blocked=blocked).exists()


def blocked_ids(user: User) -> set[int]:
    """Whom `user` blocks."""
    return set(Block.objects.filter(blocker=user).values_list("blocked_id", flat=True))


def hidden_ids(user: User) -> set[int]:
    """Whose posts and Spaces `user` is not shown: whom they block, and who blocks them."""
    pairs = Block.objects.filter(Q(blocker=user) | Q(blocked=user))
    return {pk for pair in pairs.values_list("blocker_id", "blocked_id") for pk in pair} - {user.pk}


def blocked_by(user: User) -> QuerySet[Block]:
    """The list to unblock from, the newest first."""
    return Block.objects.filter(blocker=user).select_related("blocked").order_by("-at", "-pk")
