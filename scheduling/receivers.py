"""Receivers of signals from lower-level apps. The body of each is one call."""

from typing import Any

from django.dispatch import receiver

from accounts.models import User
from accounts.signals import account_closed
from safety.signals import user_suspended
from scheduling.actions import cancelling


@receiver([user_suspended, account_closed])
def cancel_scheduled_spaces(user: User, **kwargs: Any) -> None:
    cancelling.leave_everything(user)
