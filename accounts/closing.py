"""Closing an account: it is signed out everywhere, hidden, and off every stage. The row stays.

Owners close their account by requesting its deletion, and may reopen it until the day of deletion.
Only staff can reopen an account that staff closed (`closed_by_staff_at`).
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
    """Close an account for the staff. A deletion that the owner requested still takes place."""
    with transaction.atomic():
        user.closed_by_staff_at = timezone.now()
        User.objects.filter(pk=user.pk).update(closed_by_staff_at=user.closed_by_staff_at)
        close(user)


def reopen_by_staff(user: User) -> None:
    """Reopen an account, whoever closed it, and cancel its deletion. An erased account stays
    closed."""
    opened = {"is_active": True, "deletes_at": None, "closed_by_staff_at": None}
    User.objects.filter(pk=user.pk, deleted_at=None).update(**opened)
