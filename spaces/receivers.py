"""Receivers of signals from this app and lower-level apps. The body of each is one call."""

from typing import Any

from django.dispatch import receiver

from accounts.models import User
from accounts.signals import account_closed, sessions_ended, user_blocked
from notifications.signals import notification_created, notifications_read
from safety.signals import user_suspended
from spaces.actions import blocks, suspended
from spaces.directory.live_updates import notifications as notification_updates
from spaces.directory.live_updates.open_pages import request_refresh
from spaces.models import Space
from spaces.room.audio_reconcile import request_reconcile_all
from spaces.signals import (
    host_changed,
    space_cancelled,
    space_ended,
    space_rescheduled,
    space_went_live,
    stage_changed,
)


@receiver(user_blocked)
def remove_the_blocked_person(blocker: User, blocked: User, **kwargs: Any) -> None:
    blocks.remove_blocked(host=blocker, user=blocked)


@receiver(host_changed)
def remove_people_whom_the_new_host_blocks(space: Space, **kwargs: Any) -> None:
    blocks.remove_all_blocked(space)


@receiver([user_suspended, account_closed])
def leave_every_stage(user: User, **kwargs: Any) -> None:
    suspended.leave_everything(user)


@receiver(sessions_ended)
def close_peers_of_ended_sessions(**kwargs: Any) -> None:
    """Reconcile all rooms, so that audio nodes close the peers of the ended sessions."""
    request_reconcile_all()


@receiver([space_went_live, space_ended, stage_changed, space_rescheduled, space_cancelled])
def refresh_open_pages(**kwargs: Any) -> None:
    request_refresh()


@receiver(notification_created)
def show_on_open_pages(user_id: int, text: str, url: str, **kwargs: Any) -> None:
    notification_updates.announce(user_id, {"text": text, "url": url})


@receiver(notifications_read)
def clear_on_open_pages(user_id: int, **kwargs: Any) -> None:
    notification_updates.announce(user_id)
