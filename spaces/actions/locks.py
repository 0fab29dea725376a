"""The lock of a Space: only one action runs at a time, and it sees the previous action's result."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import transaction

from spaces.models import Space
from spaces.refusals import NotLive, NotScheduled


class NeverLocked(AssertionError):
    """A command ran without locking its Space, so the rights were not confirmed."""


@contextmanager
def lock_space(space: Space) -> Iterator[None]:
    """Run a transaction in which no other action changes this Space. Raises NotLive if it is
    not live.

    An action must check its conditions (a seat is free, a person was not removed) while it holds
    the lock, since another action may run between a check without the lock and the change. On
    PostgreSQL the lock is the Space's row. Every action locks it first, so actions can't deadlock.
    SQLite takes its single write lock when the transaction begins (IMMEDIATE in
    config/databases.py). The lock is reentrant.
    """
    with transaction.atomic():
        space.refresh_from_db(from_queryset=Space.objects.select_for_update(no_key=True))
        if not space.is_live:
            raise NotLive(space.state)
        confirm, space.confirm = space.confirm, None
        if confirm is not None:
            confirm()
        with owned(space):
            yield


@contextmanager
def lock_scheduled(space: Space) -> Iterator[None]:
    """Lock a Space that has not started. Only one edit, start or cancellation runs at a time, and
    it sees the result of the previous one. Raises NotScheduled if the Space has started or was
    cancelled."""
    with transaction.atomic():
        space.refresh_from_db(from_queryset=Space.objects.select_for_update(no_key=True))
        if not space.is_scheduled:
            raise NotScheduled(space.state)
        with owned(space):
            yield


@contextmanager
def owned(space: Space) -> Iterator[None]:
    """Mark the Space as locked. Outside of this module, use this only for a Space that the current
    transaction created, since nobody else can see it."""
    space.locks_held += 1
    try:
        yield
    finally:
        space.locks_held -= 1


@contextmanager
def rights_confirmed(space: Space, check: Callable[[], object]) -> Iterator[None]:
    """Call `check` now, and once more in the action's lock if the room has changed since.

    Every change of a role and every removal increases the Space's revision. So the lock compares
    the revision with the revision of the `space` passed here, and calls `check` only if they
    differ. (If a suspension or block happens in between, the person is removed right after the
    action.) Raises the errors of `check`, and NeverLocked if the body of the `with` did not lock
    `space`.
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
            raise NeverLocked(f"{space.public_id} was not locked")
    finally:
        space.confirm = None
