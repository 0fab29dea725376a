"""Follows and blocks between two people change one at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from accounts.models import Block, User


def blockers(one: User, other: User) -> set[int]:
    """Which of the two blocks the other, in one query."""
    pair = [one, other]
    blocks = Block.objects.filter(blocker__in=pair, blocked__in=pair)
    return set(blocks.values_list("blocker_id", flat=True))


@contextmanager
def lock_pair(one: User, other: User) -> Iterator[None]:
    """A transaction in which nobody else changes what stands between these two.

    What is checked in here (neither blocks the other) still holds when it commits. PostgreSQL
    waits for both people's rows, taken in the order of their keys, so that two who act on each
    other at the same moment do not deadlock; SQLite waits for its one write lock as the transaction
    begins (config/settings.py: IMMEDIATE).
    """
    with transaction.atomic():
        people = User.objects.select_for_update(no_key=True).order_by("pk")
        list(people.filter(pk__in=[one.pk, other.pk]).values_list("pk"))
        yield
