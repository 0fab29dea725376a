"""One action at a time in a Space, and each sees the room as the one before it left it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import transaction

from spaces.models import Space
from spaces.refusals import NotLive


class NeverLocked(AssertionError):
    """A command changed a Space without locking it: its rights were not confirmed."""


@contextmanager
def lock_space(space: Space) -> Iterator[None]:
    """A transaction in which nobody else changes this Space; raises NotLive once it is over.

    What an action checks before it acts (a seat is free, a person was not removed) is checked in
    here: outside, another action may come between. PostgreSQL waits for the Space's row, which
    every action takes first, so two of them never wait for each other; SQLite waits for its one
    write lock as the transaction begins (config/settings.py: IMMEDIATE). A lock within a lock is
    the same lock.
    """
    with transaction.atomic():
        space.refresh_from_db(from_queryset=Space.objects.select_for_update(no_key=True))
        if not space.is_live:
            raise NotLive
        confirm, space.confirm = space.confirm, None
        if confirm is not None:
            confirm()
        with owned(space):
            yield


@contextmanager
def owned(space: Space) -> Iterator[None]:
    """Count as a lock; alone, for a Space that this transaction made and nobody else sees."""
    space.locks_held += 1
    try:
        yield
    finally:
        space.locks_held -= 1


@contextmanager
def rights_confirmed(space: Space, check: Callable[[], object]) -> Iterator[None]:
    """Call `check` now, and hold the action inside to its answer.

    Every change of somebody's role, and every removal, raises the revision of the Space. So the
    action's own lock calls `check` again only if the revision is no longer that of `space` as it
    came in here. (A suspension or a block that comes in between removes the person right after.)
    Raises what `check` raises, and NeverLocked when nothing inside locked this object.
    """
    revision = space.revision
    check()

    def confirm() -> None:
        if space.revision != revision:
            check()

    space.confirm = confirm
    try:
        yield
        if space.confirm is not None:
            raise NeverLocked(f"nothing locked {space.public_id}")
    finally:
        space.confirm = None
