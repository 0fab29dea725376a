"""What the timeline does on signals of other apps. A receiver's body is one call."""

from typing import Any

from django.dispatch import receiver

from accounts.models import User
from accounts.signals import account_closed
from safety.signals import user_suspended
from timeline import pins


@receiver([user_suspended, account_closed])
def leave_every_wall(user: User, **kwargs: Any) -> None:
    pins.take_down_all(user)
