"""Let a person request a copy of their own data. In the worker, `accounts.archive` builds it."""

from django.core.files.storage import storages
from django.db import IntegrityError, transaction

from accounts.maintenance import build_export
from accounts.models import Export, User
from core.queueing import queue_on_commit
from core.rates import spend

RATE = "3/day"


def request(user: User) -> Export:
    """Request a copy, or return the export that is still being built. Raise TooFast if the person
    has already requested as many as RATE allows."""
    waiting = Export.objects.filter(user=user, state=Export.State.WAITING)
    if found := waiting.first():
        return found
    spend(RATE, "export", user.key)
    try:
        with transaction.atomic():
            created = Export.objects.create(user=user)
            # If Redis is down, the row stays, and `accounts.maintenance` starts the export later.
            queue_on_commit(build_export, created.pk)
    except IntegrityError:  # another request created an export first
        return waiting.get()
    return created


def latest(user: User) -> Export | None:
    """Return the newest export; None if there is none or its file is missing, e.g. because the site
    was restored from a backup."""
    found = Export.objects.filter(user=user).first()
    is_lost = found is not None and found.is_ready and not storages["exports"].exists(found.file)
    return None if is_lost else found
