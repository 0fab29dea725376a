"""Receivers of other apps' signals. A receiver should contain only one call."""

from typing import Any

from django.dispatch import receiver

from accounts.models import User
from accounts.signals import account_closed
from safety.signals import user_suspended
from timeline import pins


@receiver([user_suspended, account_closed])
def unpin_posts(user: User, **kwargs: Any) -> None:
    pins.unpin_all(user)
