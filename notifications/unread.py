"""Count people's unread notifications, and mark them as read."""

from collections.abc import Collection
from functools import partial

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Block, User
from accounts.models.block import no_block_between
from core.prepared_queries import prepared
from notifications.models import Notification
from notifications.signals import notifications_read

MAX_COUNTED = 99  # the badge shows "99+" above this


def readable(user: User) -> QuerySet[Notification]:
    """Select all notifications except those by people who block `user` or whom `user` blocks."""
    return user.notifications.filter(no_block_between(user, "actor"))


def count(user: User) -> int:
    """Return the number of unread notifications, at most MAX_COUNTED + 1."""
    return len(_unread_ids(user.pk))


@prepared
def _unread_ids(user_id: int) -> "QuerySet[Notification, int]":
    unread = readable(User(pk=user_id)).filter(read_at__isnull=True).order_by()
    return unread.values_list("pk", flat=True)[: MAX_COUNTED + 1]


def counts(user_ids: Collection[int]) -> dict[int, int]:
    """Return the same number for each of these people, with one query."""
    blocks = Block.objects.filter(
        Q(blocker=OuterRef("user"), blocked=OuterRef("actor"))
        | Q(blocker=OuterRef("actor"), blocked=OuterRef("user"))
    )
    unread = Notification.objects.filter(user__in=user_ids, read_at__isnull=True)
    found = (
        unread.filter(~Exists(blocks))
        .order_by()
        .values_list("user_id")
        .annotate(number=Count("pk"))
    )
    return dict.fromkeys(user_ids, 0) | {
        user_id: min(number, MAX_COUNTED + 1) for user_id, number in found
    }


def mark_all_read(user: User) -> None:
    """Mark all notifications as read, when their page is opened."""
    if user.notifications.filter(read_at__isnull=True).update(read_at=timezone.now()):
        notifications_read.send(Notification, user_id=user.pk)


def mark_read(user_ids: Collection[int], *, kind: str, subjects: Collection[str]) -> None:
    """Mark these people's notifications about these subjects as read, because there is nothing left
    to do about them."""
    unread = Notification.objects.filter(
        user__in=user_ids, kind=kind, subject__in=subjects, read_at__isnull=True
    )
    found = dict(unread.values_list("pk", "user_id"))
    if not found:
        return
    Notification.objects.filter(pk__in=found).update(read_at=timezone.now())
    for user_id in set(found.values()):
        transaction.on_commit(partial(notifications_read.send, Notification, user_id=user_id))
