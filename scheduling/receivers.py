"""Receivers of signals from lower-level apps. The body of each is one call."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import User
from accounts.signals import account_closed, user_blocked
from safety.signals import user_suspended
from scheduling.actions import cancelling, cohosts
from scheduling.pending_reminders import set_pending_reminder


@receiver([user_suspended, account_closed])
def cancel_scheduled_spaces(user: User, **kwargs: Any) -> None:
    cancelling.withdraw_from_everything(user)


@receiver(user_blocked)
def withdraw_invitations_to_cohost(blocker: User, blocked: User, **kwargs: Any) -> None:
    cohosts.withdraw_after_block(blocker, blocked)


@receiver(user_logged_in)
def set_reminder_after_signing_in(request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    if request is not None:
        set_pending_reminder(request, user)
