"""Spaces that higher-level apps add to a person's schedule and calendar feed, e.g. those for which
the person has a ticket.

`settings.AGENDA_SOURCES` maps the role that the schedule shows to a function of such an app.
"""

from collections.abc import Callable, Iterable

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import User

Source = Callable[[User], Iterable[int]]  # the primary keys of Spaces


def by_role() -> dict[str, Source]:
    return {role: import_string(path) for role, path in settings.AGENDA_SOURCES.items()}
