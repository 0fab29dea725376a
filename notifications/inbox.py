"""Notify people, and list their notifications.

`notify` creates the rows; `spaces.directory.live_updates.notifications` shows them on open pages.
"""

import secrets
from datetime import datetime

from django.db import transaction

from accounts import blocking
from accounts.models import User
from core import shared_clock
from core.queueing import queue_on_commit
from notifications import channels, preferences, quiet, registry, tasks, unread
from notifications.channels import notifications_page
from notifications.models import TEXT_LENGTH, Delivery, Notification
from notifications.registry import PAGE, Content, Kind

PAGE_SIZE = 30


def notify(
    user: User,
    *,
    kind: str,
    text: str,
    url: str = "",
    actor: User | None = None,
    subject: str = "",
    many: str = "",
) -> Notification | None:
    """Notify `user` through all channels that they want, as a part of the caller's transaction.

    Do nothing if the actor is the same person, or if one of the two blocks the other. `subject`
    names what the notification is about, e.g. "post:12". A second notification with the same kind,
    subject and (if the kind is grouped) actor is never sent. Without a subject, the same
    notification is not repeated while it is unread.

    `many` is the text after the names if several people do this, e.g. "like your post".

    Return the new notification on the person's page, or the unread one that would be repeated, or
    None if there is neither.
    """
    if actor is not None and (actor == user or actor.pk in blocking.hidden_ids(user)):
        return None
    declared = registry.kind(kind)
    if not subject and (repeated := _repeated(user, kind, text, url, actor)) is not None:
        return repeated
    wanted = preferences.channels_of(declared, [user.pk])[user.pk]
    content = Content(text, url, actor=actor)
    once = _delivery_subject(subject, declared, actor)
    now = shared_clock.now()
    with transaction.atomic():
        shown = None
        if PAGE in wanted and _claim_page(user, declared, once, now):
            shown = notifications_page.create(
                notifications_page.NewNotification(
                    user, kind, content, subject, many if declared.grouped else ""
                )
            )
        others = [
            channel
            for channel in wanted
            if channel != PAGE and user.pk in channels.reachable(channel, [user.pk])
        ]
        if others:
            _plan(user, declared, once, content, others, now)
            for channel in others:
                queue_on_commit(tasks.deliver_single, channel)
    return shown


def page(user: User, *, before: int | None = None) -> tuple[list[Notification], int | None]:
    """Return a page of notifications, newest first, and the key to request the next page with; None
    on the last page."""
    rows = unread.readable(user).select_related("actor")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: PAGE_SIZE + 1])
    return found[:PAGE_SIZE], found[PAGE_SIZE - 1].pk if len(found) > PAGE_SIZE else None


def _repeated(
    user: User, kind: str, text: str, url: str, actor: User | None
) -> Notification | None:
    same = {"kind": kind, "text": text[:TEXT_LENGTH], "url": url, "actor": actor}
    return user.notifications.filter(**same, read_at=None).first()


def _delivery_subject(subject: str, kind: Kind, actor: User | None) -> str:
    if not subject:
        return f"once:{secrets.token_urlsafe(12)}"
    return f"{subject}:{actor.key}" if kind.grouped and actor else subject


def _claim_page(user: User, kind: Kind, subject: str, now: datetime) -> bool:
    """Record the delivery to the page; return False if there already was one."""
    fields = {
        "state": Delivery.State.SENT,
        "due_at": now,
        "late_at": now,
        "next_try_at": now,
        "finished_at": now,
    }
    row = {"kind": kind.name, "subject": subject, "user": user, "channel": PAGE}
    _, created = Delivery.objects.get_or_create(**row, defaults=fields)
    return created


def _plan(
    user: User, kind: Kind, subject: str, content: Content, wanted: list[str], now: datetime
) -> None:
    due_at = quiet.delay(user, kind.name, now)
    composed = kind.is_composed
    Delivery.objects.bulk_create(
        (
            Delivery(
                kind=kind.name,
                subject=subject,
                user=user,
                channel=channel,
                due_at=due_at,
                late_at=kind.late_at(due_at),
                next_try_at=due_at,
                text="" if composed else content.text[:TEXT_LENGTH],
                url="" if composed else content.url,
                actor=content.actor,
            )
            for channel in wanted
        ),
        ignore_conflicts=True,
    )
