"""The lock to hold while creating or deleting a follow, or creating a block, between two people."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Block, User
from core.prepared_queries import prepared


def blockers(one: User, other: User) -> set[int]:
    """Return the ids of the people of this pair who block the other: none, one or both."""
    return set(_blockers_among([one.pk, other.pk]))


@prepared
def _blockers_among(pair: list[int]) -> "QuerySet[Block, int]":
    blocks = Block.objects.filter(blocker__in=pair, blocked__in=pair)
    return blocks.values_list("blocker_id", flat=True)


@contextmanager
def lock_pair(one: User, other: User) -> Iterator[None]:
    """Open a transaction in which nobody else can create or delete a follow between these two
    people, or create a block. Unblocking takes no lock.

    If a check inside the transaction finds no block between the two, there is none at commit
    either. On PostgreSQL both people's rows are locked in primary-key order, so that two people who
    act on each other at the same moment don't deadlock. SQLite takes its only write lock when the
    transaction begins (config/databases.py: IMMEDIATE).
    """
    with transaction.atomic():
        people = User.objects.select_for_update(no_key=True).order_by("pk")
        list(people.filter(pk__in=[one.pk, other.pk]).values_list("pk"))
        yield
