"""One verb at a time in a Space, and each sees the room as the one before it left it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from spaces.models import Space
from spaces.refusals import NotLive


@contextmanager
def lock_space(space: Space) -> Iterator[None]:
    """A transaction in which nobody else changes this Space; raises NotLive once it is over.

    What a verb checks before it acts (a seat is free, a person was not removed, a right is still
    held) is checked in here: outside, another verb may come between. PostgreSQL waits for the
    Space's row, which every verb takes first, so two of them never wait for each other; SQLite
    waits for its one write lock as the transaction begins (config/settings.py: IMMEDIATE). A lock
    within a lock is the same lock.
    """
    with transaction.atomic():
        space.refresh_from_db(from_queryset=Space.objects.select_for_update(no_key=True))
        if not space.is_live:
            raise NotLive
        yield
