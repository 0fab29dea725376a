"""Lock the Space that is edited or cancelled and, if wanted, the later Spaces of its series."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from django.db import transaction

from core.refusals import Refusal
from scheduling.models import Schedule
from spaces.actions.locks import lock_scheduled
from spaces.models import Space
from spaces.refusals import NotScheduled


class NoSeries(Refusal):
    status = 400

    def __init__(self) -> None:
        super().__init__("no_series", "This Space does not repeat.")


@contextmanager
def lock(space: Space, *, and_following: bool = False) -> Iterator[list[Schedule]]:
    """Lock the Space and, if `and_following`, the later Spaces of its series that have not started.

    Yield their schedules: first the schedule of `space`, then the others in chronological order.
    Raises NotScheduled if `space` has started or was cancelled, and NoSeries if `and_following` and
    it does not repeat. Locks are taken in the order of the primary keys, so that two such changes
    can't deadlock.
    """
    with transaction.atomic(), ExitStack() as locks:
        others = _following(space) if and_following else []
        locked = []
        for each in sorted([space, *others], key=lambda space: space.pk):
            try:
                locks.enter_context(lock_scheduled(each))
            except NotScheduled:
                if each.pk == space.pk:
                    raise
                continue  # this one has just started, or was cancelled separately
            locked.append(each)
        later = [each for each in locked if each.pk != space.pk]
        spaces = [space, *sorted(later, key=lambda space: (space.starts_at, space.pk))]
        found = {each.space_id: each for each in Schedule.objects.filter(space__in=spaces)}
        for each in spaces:
            found[each.pk].space = each
        yield [found[each.pk] for each in spaces]


def _following(space: Space) -> list[Space]:
    series = space.schedule.series_id
    if series is None:
        raise NoSeries
    later = Space.objects.scheduled().filter(
        schedule__series=series, starts_at__gte=space.starts_at
    )
    return list(later.exclude(pk=space.pk).select_related("host"))
