"""Who may not be in a live Space for a reason that a higher-level app knows, e.g. without a ticket.

`settings.EXCLUSIONS` lists functions that answer for many Spaces and people at once. Admission has
the same rules for one viewer (`settings.ADMISSION_RULES`); these find people who were admitted
before, so that their sockets and their sound can be closed.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

# (account ids by the Space's primary key) -> the excluded ones among them, by the same key
Exclusion = Callable[[Mapping[int, Collection[int]]], Mapping[int, set[int]]]


def excluded(accounts: Mapping[int, Collection[int]]) -> Mapping[int, set[int]]:
    """Return by Space the accounts that may not be in it."""
    found: dict[int, set[int]] = defaultdict(set)
    asked = {pk: people for pk, people in accounts.items() if people}
    if asked:
        for exclusion in _exclusions():
            for pk, people in exclusion(asked).items():
                found[pk] |= people
    return found


@cache
def _exclusions() -> tuple[Exclusion, ...]:
    return tuple(import_string(path) for path in settings.EXCLUSIONS)
