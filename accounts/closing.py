"""Closing an account: signed out everywhere, hidden, off every stage. The row stays.

Its owner closes it by asking for its deletion, and may open it again until that day. What staff
closed carries a mark, and only they open it.
"""

from django.db import transaction
from django.utils import timezone

from accounts import sessions
from accounts.models import User
from accounts.signals import account_closed


def close(user: User) -> None:
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_active=False)
        sessions.end_all(user)
        transaction.on_commit(lambda: account_closed.send(User, user=user))
    user.is_active = False


def close_by_staff(user: User) -> None:
    """Close an account for the staff. A deletion that its owner asked for goes on as planned."""
    with transaction.atomic():
        user.closed_by_staff_at = timezone.now()
        User.objects.filter(pk=user.pk).update(closed_by_staff_at=user.closed_by_staff_at)
        close(user)


def open_by_staff(user: User) -> None:
    """Whoever closed it; a deletion that its owner asked for is stopped. An erased one stays so."""
    opened = {"is_active": True, "deletes_at": None, "closed_by_staff_at": None}
    User.objects.filter(pk=user.pk, deleted_at=None).update(**opened)
