"""Suspending people, until a date or for good. Everything that lets somebody in asks here."""

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

# Whoever was suspended longer ago has no line left that somebody would have to cut: they are not
# let in, and rooms and nodes that were out of reach for so long have been restarted.
FRESH = timedelta(days=1)


def suspend(user: User, *, until: datetime | None, reason: str, by: User) -> Suspension:
    """From now on, until `until` or (None) for good; replaces a suspension that runs.

    Raises a Refusal for oneself, and for staff: their rights are taken from them first.
    """
    if user == by:
        raise Refusal("not_yourself", "You can't suspend yourself.", status=403)
    if is_staff_account(user):
        words = "Staff can't be suspended. Take this person's staff right away first."
        raise Refusal("is_staff", words, status=403)
    with transaction.atomic():
        _end(user)
        made = Suspension.objects.create(user=user, until=until, reason=reason, by=by)
        User.objects.filter(pk=user.pk).update(suspended_until=made.end)
        transaction.on_commit(lambda: user_suspended.send(Suspension, user=user))
        send_email_on_commit("suspended", made.pk)
    user.suspended_until = made.end
    return made


def lift(user: User) -> bool:
    """Whether there was one to lift."""
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(suspended_until=None)
        if (running := current(user)) is not None:
            send_email_on_commit("lifted", running.pk)
        lifted = _end(user)
    user.suspended_until = None
    return lifted


def current(user: User) -> Suspension | None:
    return Suspension.objects.current().filter(user=user).first()


def holds(user: User) -> bool:
    """As the database has it now: a loaded `user.is_suspended` may be old."""
    return User.objects.suspended().filter(pk=user.pk).exists()


def fresh() -> QuerySet[Suspension, int]:
    """The keys of people who may still have a line open: what hubs and audio nodes compare."""
    since = timezone.now() - FRESH
    return Suspension.objects.current().filter(at__gte=since).values_list("user_id", flat=True)


def _end(user: User) -> bool:
    running = Suspension.objects.filter(user=user, lifted_at__isnull=True)
    return bool(running.update(lifted_at=timezone.now()))
