"""Create, list and count notifications. Only `notify` creates them."""

from django.db.models import QuerySet
from django.utils import timezone

from accounts import blocking
from accounts.models import User
from accounts.models.block import no_block_between
from accounts.tasks import send_email_on_commit
from notifications.models import TEXT_LENGTH, Notification

PAGE = 30
MAX_COUNTED = 99  # the badge shows "99+" above this
WARNING = "warning"  # a warning by the staff, which is also sent by e-mail


def notify(
    user: User, *, kind: str, text: str, url: str = "", actor: User | None = None
) -> Notification | None:
    """Notify `user`, unless the actor is the same person or one of the two blocks the other.

    If the same notification is still unread, return it and create no other one. Return None if the
    person is not notified.
    """
    if actor is not None and (actor == user or actor.pk in blocking.hidden_ids(user)):
        return None
    fields = {"kind": kind, "text": text[:TEXT_LENGTH], "url": url, "actor": actor}
    unread = user.notifications.filter(**fields, read_at=None).first()
    notification = unread or Notification.objects.create(user=user, **fields)
    if kind == WARNING:
        send_email_on_commit("warned", notification.pk)
    return notification


def page(user: User, *, before: int | None = None) -> tuple[list[Notification], int | None]:
    """Return a page of notifications, newest first, and the key to request the next page with."""
    rows = _readable(user).select_related("actor")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None


def count_unread(user: User) -> int:
    """Return the number of unread notifications, at most MAX_COUNTED + 1."""
    return _readable(user).filter(read_at__isnull=True)[: MAX_COUNTED + 1].count()


def mark_all_read(user: User) -> None:
    """Mark all notifications as read, when their page is opened."""
    user.notifications.filter(read_at__isnull=True).update(read_at=timezone.now())


def _readable(user: User) -> QuerySet[Notification]:
    """Leave out notifications by people who block `user` or whom `user` blocks, even older ones."""
    return user.notifications.filter(no_block_between(user, "actor"))
