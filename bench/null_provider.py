"""A channel and a mail backend that accept everything at once; bench/null_settings.py selects them.

They store in Redis, for `bench.reminders`, how long each e-mail was queued, and for how long each
notification that is not part of a broadcast had been due.
"""

import time
from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from accounts.models import User
from core import redis_clients
from notifications.models import Delivery
from notifications.registry import Content

DELAYS = "bench:delays"


def send(user: User, content: Content, delivery: Delivery) -> None:
    if not delivery.position:
        _note(time.time() - delivery.due_at.timestamp())


class EmailBackend(BaseEmailBackend):
    """The subject of each e-mail is the time at which it was queued."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            _note(time.time() - float(message.subject))
        return len(email_messages)


def _note(seconds: float) -> None:
    redis_clients.shared().rpush(DELAYS, f"{seconds:.6f}")
