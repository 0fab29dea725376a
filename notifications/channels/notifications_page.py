"""The page of notifications. Creating the row is the delivery, so nothing is ever uncertain.

The signal `notification_created` then updates pages that are already open
(spaces/directory/live_updates/notifications.py, static/js/notifications/arrivals.js).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from notifications.channels import Message
from notifications.models import TEXT_LENGTH, Notification
from notifications.registry import Content
from notifications.signals import notification_created


@dataclass(frozen=True)
class NewNotification:
    """A notification to create. Only grouped kinds need `subject` and `many`; `many` is the text
    after the names if several people did this, e.g. "like your post"."""

    user: User
    kind: str
    content: Content
    subject: str = ""
    many: str = ""


def send_all(messages: Sequence[Message]) -> None:
    create_all(
        [
            NewNotification(each.user, each.delivery.kind, each.content, each.delivery.subject)
            for each in messages
        ]
    )


def create(new: NewNotification) -> Notification:
    """Create a notification, or add the actor to an unread notification about the same subject."""
    if new.many and new.content.actor is not None:
        # If another request has just replaced the row, only the second query finds the new row.
        unread = _unread(new) or _unread(new)
        if unread is not None:
            return _add_person(unread, new, new.content.actor)
    return create_all([new])[0]


def create_all(added: Sequence[NewNotification]) -> list[Notification]:
    rows = Notification.objects.bulk_create(
        Notification(
            user=each.user,
            kind=each.kind,
            subject=each.subject,
            actor=each.content.actor,
            text=each.content.text[:TEXT_LENGTH],
            url=each.content.url,
        )
        for each in added
    )
    for row in rows:
        _announce_on_commit(row)
    return rows


def _unread(new: NewNotification) -> Notification | None:
    unread = Notification.objects.filter(
        user=new.user, kind=new.kind, subject=new.subject, read_at=None
    )
    return unread.select_for_update().first()


def _add_person(unread: Notification, new: NewNotification, actor: User) -> Notification:
    """Replace the row by one that names the latest person and is at the top of the list, which is
    ordered by key."""
    others = unread.others + (unread.actor_id != actor.pk)
    text = f"{_people(actor, others)} {new.many}" if others else new.content.text
    unread.delete()
    row = Notification.objects.create(
        user=new.user,
        kind=new.kind,
        subject=new.subject,
        actor=actor,
        others=others,
        text=text[:TEXT_LENGTH],
        url=new.content.url,
        at=timezone.now(),
    )
    _announce_on_commit(row)
    return row


def _people(actor: User, others: int) -> str:
    return f"{actor.name} and {others} {'other' if others == 1 else 'others'}"


def _announce_on_commit(row: Notification) -> None:
    fields = {"user_id": row.user_id, "text": row.text, "url": row.url, "kind": row.kind}
    transaction.on_commit(lambda: notification_created.send(Notification, **fields), robust=True)
