"""Close an account: sign it out everywhere, hide it and remove it from every stage.

The row of a closed account stays. Owners close their account by requesting its deletion, and may
reopen it until the day of deletion. Only staff can reopen an account that staff closed
(`closed_by_staff_at`).
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
    """Close an account and mark it as closed by staff, so that its owner can't reopen it.

    A deletion that the owner requested still takes place.
    """
    with transaction.atomic():
        user.closed_by_staff_at = timezone.now()
        User.objects.filter(pk=user.pk).update(closed_by_staff_at=user.closed_by_staff_at)
        close(user)


def reopen_by_staff(user: User) -> None:
    """Reopen an account and cancel its deletion, no matter who closed the account.

    An erased account stays closed.
    """
    opened = {"is_active": True, "deletes_at": None, "closed_by_staff_at": None}
    User.objects.filter(pk=user.pk, deleted_at=None).update(**opened)
