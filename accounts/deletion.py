"""Delete an account: close it at once, and erase it after a grace period unless its owner returns
in time.

Rows that other people need (Spaces and their speakers, reports, the staff log) stay and refer to a
"Deleted account". Personal data is erased: see `accounts.personal_data`.
"""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import archive
from accounts.closing import close
from accounts.models import User
from accounts.tasks import send_email_on_commit
from core.refusals import Refusal

log = structlog.get_logger(__name__)


def request(user: User) -> datetime:
    """Close the account now; return when it will be erased. Refuse accounts with staff rights."""
    if user.is_staff or user.is_superuser:
        message = (
            "Staff accounts can't be deleted. Ask another administrator to remove your staff "
            "rights first."
        )
        raise Refusal("is_staff", message, status=403)
    user.deletes_at = timezone.now() + timedelta(days=settings.DELETION_GRACE_DAYS)
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(deletes_at=user.deletes_at)
        close(user)
        send_email_on_commit("deletion_requested", user.pk)
    log.info("deletion_requested", user=user.pk)
    return user.deletes_at


def cancel(user: User) -> bool:
    """Cancel the deletion and reopen the account; return False if no deletion was planned, if its
    time has come, or if staff closed the account."""
    waiting = User.objects.filter(
        pk=user.pk, deletes_at__gt=timezone.now(), closed_by_staff_at=None
    )
    cancelled = bool(waiting.update(deletes_at=None, is_active=True))
    if cancelled:
        log.info("deletion_cancelled", user=user.pk)
    return cancelled


def erase_due() -> None:
    """Erase the accounts whose grace period is over; after an error, continue with the next one."""
    for pk in _due().values_list("pk", flat=True):
        try:
            _erase(pk)
        except Exception:
            log.exception("account_not_erased", user=pk)


def _due() -> QuerySet[User]:
    return User.objects.filter(deletes_at__lte=timezone.now(), is_active=False)


def _erase(pk: int) -> None:
    """Erase the data of one app after another, each in its own transaction, because a single
    transaction would hold SQLite's only write lock for too long. If the erasure of one app fails,
    all of them run again next time; each is safe to repeat."""
    user = _due().filter(pk=pk).first()
    if user is None:
        return
    for source in archive.sources():
        source.erase(user)
    User.objects.filter(pk=pk).update(deletes_at=None, deleted_at=timezone.now())
    log.info("account_erased", user=pk)
