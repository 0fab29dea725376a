"""The lock under which follows and blocks between two people change."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from accounts.models import Block, User


def blockers(one: User, other: User) -> set[int]:
    """Return the ids of those of the two who block the other, in one query."""
    pair = [one, other]
    blocks = Block.objects.filter(blocker__in=pair, blocked__in=pair)
    return set(blocks.values_list("blocker_id", flat=True))


@contextmanager
def lock_pair(one: User, other: User) -> Iterator[None]:
    """Open a transaction in which nobody else changes follows or blocks between these two people.

    What is checked in it (e.g. that neither blocks the other) still holds at commit. On PostgreSQL
    both people's rows are locked in the order of their keys, so that two people who act on each
    other at the same moment don't deadlock. SQLite takes its only write lock when the transaction
    begins (config/databases.py: IMMEDIATE).
    """
    with transaction.atomic():
        people = User.objects.select_for_update(no_key=True).order_by("pk")
        list(people.filter(pk__in=[one.pk, other.pk]).values_list("pk"))
        yield
