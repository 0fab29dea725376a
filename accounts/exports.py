"""Asking for a copy of one's own data. `accounts.archive` writes it, in the worker."""

from django.core.files.storage import storages
from django.db import IntegrityError, transaction

from accounts.models import Export, User
from accounts.upkeep import make_export
from core.queueing import queue_on_commit
from core.rates import spend

RATE = "3/day"


def request(user: User) -> Export:
    """Request a copy; while one is being made, asking again returns that one. Raises TooFast."""
    waiting = Export.objects.filter(user=user, state=Export.State.WAITING)
    if found := waiting.first():
        return found
    spend(RATE, "export", user.key)
    try:
        with transaction.atomic():
            made = Export.objects.create(user=user)
            # Without Redis the row stays: the worker's upkeep finds what waits for long.
            queue_on_commit(make_export, made.pk)
    except IntegrityError:  # another tab was faster
        return waiting.get()
    return made


def latest(user: User) -> Export | None:
    """The newest; none where its file is gone, as after a restore."""
    found = Export.objects.filter(user=user).first()
    is_gone = found is not None and found.is_ready and not storages["exports"].exists(found.file)
    return None if is_gone else found
