"""The page of notifications. Creating the row is the delivery, so nothing is ever uncertain.

Pages that are already open learn of the row by the signal `notification_created`
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
class Shown:
    """A notification to create. `subject` and `many` matter for grouped kinds only; `many` is the
    text after the names if several people did this, e.g. "like your post"."""

    user: User
    kind: str
    content: Content
    subject: str = ""
    many: str = ""


def send_all(messages: Sequence[Message]) -> None:
    show_all(
        [
            Shown(each.user, each.delivery.kind, each.content, each.delivery.subject)
            for each in messages
        ]
    )


def show(shown: Shown) -> Notification:
    """Create a notification, or add the actor to the unread one about the same subject."""
    if shown.many and shown.content.actor is not None:
        # The second query sees the row with which another request replaced the first one.
        unread = _unread(shown) or _unread(shown)
        if unread is not None:
            return _add_person(unread, shown, shown.content.actor)
    return show_all([shown])[0]


def show_all(shown: Sequence[Shown]) -> list[Notification]:
    rows = Notification.objects.bulk_create(
        Notification(
            user=each.user,
            kind=each.kind,
            subject=each.subject,
            actor=each.content.actor,
            text=each.content.text[:TEXT_LENGTH],
            url=each.content.url,
        )
        for each in shown
    )
    for row in rows:
        _announce_on_commit(row)
    return rows


def _unread(shown: Shown) -> Notification | None:
    unread = Notification.objects.filter(
        user=shown.user, kind=shown.kind, subject=shown.subject, read_at=None
    )
    return unread.select_for_update().first()


def _add_person(unread: Notification, shown: Shown, actor: User) -> Notification:
    """Name the latest person. The row moves to the top, since the list is ordered by key."""
    others = unread.others + (unread.actor_id != actor.pk)
    text = f"{_people(actor, others)} {shown.many}" if others else shown.content.text
    unread.delete()
    row = Notification.objects.create(
        user=shown.user,
        kind=shown.kind,
        subject=shown.subject,
        actor=actor,
        others=others,
        text=text[:TEXT_LENGTH],
        url=shown.content.url,
        at=timezone.now(),
    )
    _announce_on_commit(row)
    return row


def _people(actor: User, others: int) -> str:
    return f"{actor.name} and {others} {'other' if others == 1 else 'others'}"


def _announce_on_commit(row: Notification) -> None:
    fields = {"user_id": row.user_id, "text": row.text, "url": row.url, "kind": row.kind}
    transaction.on_commit(lambda: notification_created.send(Notification, **fields), robust=True)
