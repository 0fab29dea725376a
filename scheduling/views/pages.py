"""The pages of Spaces that have not started, and of cancelled ones (settings.SPACE_PAGES)."""

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import User
from core import shared_clock
from core.times import stamp
from scheduling import page_data, rules
from scheduling.models import CohostState, Schedule
from spaces import admission
from spaces.admission import IsNotLive
from spaces.models import Space
from spaces.previews import of_space
from spaces.viewer import Viewer

# The button to start appears this long before it can be used.
SHOWN_BEFORE = timedelta(hours=1) - rules.START_EARLY


def scheduled(request: HttpRequest, space: Space) -> HttpResponse:
    reader = request.user if isinstance(request.user, User) else None
    schedule = _schedule_of(space)
    may_start = reader is not None and rules.may_start(space, reader)
    now = shared_clock.now()
    context = {
        "space": space,
        "schedule": schedule,
        "when": page_data.when(space, schedule, reader),
        "hosts": page_data.hosts(space, schedule, reader),
        "going": page_data.going(space, reader),
        "reminder": page_data.reminder_of(space, reader),
        "is_host": reader == space.host,
        "may_start": may_start,
        "joins": reader is not None and _is_admitted_at_start(space, reader),
        "opens_stamp": stamp(space.starts_at - rules.START_EARLY) if space.starts_at else "",
        "starts_within_an_hour": page_data.may_start_in(space, now) <= SHOWN_BEFORE,
        "can_start_now": may_start and page_data.may_start_in(space, now) <= timedelta(),
        "invitation": _open_invitation(schedule, reader),
        "is_cohost": may_start and reader != space.host,
        "preview": of_space(space),
    }
    return render(request, "scheduling/scheduled.html", context)


def cancelled(request: HttpRequest, space: Space) -> HttpResponse:
    schedule = _schedule_of(space)
    reader = request.user if isinstance(request.user, User) else None
    context = {
        "space": space,
        "schedule": schedule,
        "when": page_data.when(space, schedule, reader),
        "is_host": reader == space.host,
    }
    return render(request, "scheduling/cancelled.html", context)


def _schedule_of(space: Space) -> Schedule:
    found = Schedule.objects.filter(space=space).select_related("series").first()
    if found is None:
        raise Http404
    return found


def _is_admitted_at_start(space: Space, reader: User) -> bool:
    """Return whether nothing but the state of the Space keeps the person from being admitted."""
    refusals = admission.refusals(space, Viewer(reader))
    return all(isinstance(refused, IsNotLive) for refused in refusals)


def _open_invitation(schedule: Schedule, reader: User | None) -> bool:
    if reader is None:
        return False
    return schedule.cohosts.filter(user=reader, state=CohostState.INVITED).exists()
