"""When a person wants to be left alone. Nobody can say so yet, so nothing is delayed."""

from collections.abc import Collection
from datetime import datetime

from accounts.models import User
from notifications import registry
from notifications.registry import Kind


def delay(user: User, kind: str, due_at: datetime) -> datetime:
    """Return when to send what is due at `due_at`: then, or when the quiet hours are over."""
    return delays(registry.kind(kind), [user.pk], due_at).get(user.pk, due_at)


def delays(kind: Kind, user_ids: Collection[int], due_at: datetime) -> dict[int, datetime]:
    """Return the later times of those people who are left alone at `due_at`."""
    return {}
