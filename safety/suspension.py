"""Suspend people, until a date or permanently, and check whether a person is suspended."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.staff_accounts import is_staff_account
from accounts.tasks import send_email_on_commit
from core.refusals import Refusal
from safety.models import Suspension
from safety.signals import user_suspended

# A suspended person has no open connection any more after this time: new connections are refused,
# and a process that could not check the old ones for so long has been restarted.
RECENT = timedelta(days=1)


def suspend(user: User, *, until: datetime | None, reason: str, by: User) -> Suspension:
    """Suspend a person from now until `until`, or permanently if it is None.

    This replaces their current suspension. Raise a Refusal if a person suspends themselves, or if
    the person has staff rights, which must be removed first.
    """
    if user == by:
        raise Refusal("not_yourself", "You can't suspend yourself.", status=403)
    if is_staff_account(user):
        message = "Staff can't be suspended. Remove this person's staff rights first."
        raise Refusal("is_staff", message, status=403)
    with transaction.atomic():
        _end(user)
        created = Suspension.objects.create(user=user, until=until, reason=reason, by=by)
        User.objects.filter(pk=user.pk).update(suspended_until=created.end)
        transaction.on_commit(lambda: user_suspended.send(Suspension, user=user))
        send_email_on_commit("suspended", created.pk)
    user.suspended_until = created.end
    return created


def lift(user: User) -> bool:
    """Lift a person's suspension; return False if they have none, or it was lifted before."""
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(suspended_until=None)
        if (suspension := current(user)) is not None:
            send_email_on_commit("lifted", suspension.pk)
        lifted = _end(user)
    user.suspended_until = None
    return lifted


def current(user: User) -> Suspension | None:
    return Suspension.objects.current().filter(user=user).first()


def is_suspended(user: User) -> bool:
    """Return whether the person is suspended, from the database, because a loaded
    `user.is_suspended` may be out of date."""
    return User.objects.suspended().filter(pk=user.pk).exists()


def recent() -> QuerySet[Suspension, int]:
    """Return the ids of suspended people who may still have an open connection.

    Hubs and audio nodes compare these ids with the people who are connected.
    """
    since = timezone.now() - RECENT
    return Suspension.objects.current().filter(at__gte=since).values_list("user_id", flat=True)


def _end(user: User) -> bool:
    not_lifted = Suspension.objects.filter(user=user, lifted_at__isnull=True)
    return bool(not_lifted.update(lifted_at=timezone.now()))
