"""The page to start a Space, the page of a live Space (preview and room) and of an ended Space.

Higher-level apps render the pages of other states (`settings.SPACE_PAGES`).
"""

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.module_loading import import_string

from accounts import hosting
from accounts.blocking import blocked_ids
from accounts.models import User
from accounts.person_json import Person, person
from accounts.viewer import signed_in
from core import rates, responses, shared_clock
from core.addresses import network_of
from core.extents import key_in
from core.prepared_queries import prepared
from core.refusals import Refusal
from core.shared_pages import shared_with_strangers
from spaces.actions import feedback, guests, lifecycle, requests, succession
from spaces.admission import NotAdmitted, SignedOut
from spaces.finding import find_or_404
from spaces.forms import StartForm
from spaces.models import Role, Space, Topic
from spaces.models.message import MESSAGE_LENGTH
from spaces.permissions import MAY
from spaces.previews import of_space
from spaces.room import cool_down, hls, read_access
from spaces.room.reactions import EMOJI
from spaces.room.read_access import Reads
from spaces.room.snapshot import sorted_by_role, who_spoke
from spaces.viewer import Viewer

JUST_STARTED = timedelta(minutes=1)

StatePage = Callable[[HttpRequest, Space], HttpResponse]


@login_required
def start(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    eligibility = hosting.eligibility(user)
    if not eligibility.may_host:
        return render(request, "spaces/gate.html", {"eligibility": eligibility}, status=403)
    running = Space.objects.live().filter(host=user).first()
    form = StartForm(request.POST if request.method == "POST" else None)
    context = {"form": form, "running": running, "eligibility": eligibility}
    if request.method != "POST":
        return render(request, "spaces/start.html", context)
    if not form.is_valid():
        return responses.redisplay(
            request, "spaces/start.html", context, why=responses.first_error(form)
        )
    try:
        rates.spend("10/hour", "start", user.key)
        return redirect(lifecycle.start(host=user, **form.cleaned_data))
    except Refusal as refusal:
        if isinstance(refusal, lifecycle.AlreadyLive):
            if _was_just_started(refusal.space, title=form.cleaned_data["title"]):
                return redirect(refusal.space)  # the person tapped "Start" twice
            context["running"] = refusal.space
        form.add_error(None, refusal.message)
        return responses.redisplay(request, "spaces/start.html", context, why=refusal)


def _was_just_started(running: Space, *, title: str) -> bool:
    started = running.started_at
    return (
        running.title == title
        and started is not None
        and shared_clock.now() - started < JUST_STARTED
    )


@shared_with_strangers
def space(request: HttpRequest, space_id: str) -> HttpResponse:
    """Render the preview and the room in one page, or the page of an ended Space.

    `?until=` is the id of a chat message; the page then contains the chat from that message on, for
    readers who return. Viewers who are not admitted get only the preview, with the way to be
    admitted, or the reason why they may not join.
    """
    found = find_or_404(space_id)
    viewer = Viewer.of(request.user, request.session)
    access = read_access.access_of(found, viewer)
    offered = access.refused if access.refused and access.refused.remedy else None
    refused = None if offered or may_sign_in(access.refused) else access.refused
    if refused is None and found.state in settings.SPACE_PAGES:
        return state_pages()[found.state](request, found)
    read = read_access.document(found, access.reads)
    stage = sorted_by_role(read.get("stage", []))
    for_viewer = view_data(found, viewer, access.reads)
    may_join = not (refused or offered or access.is_room) and found.open_to_guests and found.is_live
    wait = cool_down.refusal_for(found, network_of(request)) if may_join else None
    may_join = may_join and wait is None
    context = {
        "space": found,
        "snapshot": read,
        "older": read_access.older_lines(read, found, key_in(request, "until")),
        "title": read["space"].get("title", "Space"),
        "stage": stage,
        "blocked_here": [
            seat["person"]["name"]
            for seat in stage
            if seat["person"]["id"] in for_viewer["blocked"]
        ],
        "spoke": who_spoke(found) if found.is_ended and not refused else [],
        "ended_alone": succession.ended_alone(found),
        "feedback": feedback_context(found, viewer),
        "view_data": for_viewer,
        "refused": refused,
        "offered": offered,
        "reads_room": access.is_room,
        "may_join": may_join,
        "wait": wait,
        "has_room": found.is_live and (access.is_room or may_join),
        "preview": None if refused else of_space(found),
        "topics": tuple(_topics()),
        "signed_in": viewer.user is not None,
        "may_report": viewer.user is not None and viewer.user != found.host,
        "emoji": EMOJI,
    }
    return render(request, "spaces/space.html", context, status=403 if refused else 200)


@prepared
def _topics() -> "QuerySet[Topic, tuple[str, str]]":
    return Topic.objects.values_list("slug", "name")


@cache
def state_pages() -> dict[str, StatePage]:
    return {state: import_string(path) for state, path in settings.SPACE_PAGES.items()}


def may_sign_in(refused: NotAdmitted | None) -> bool:
    """Return whether the page offers signing in instead of showing the refusal."""
    return isinstance(refused, SignedOut)


def feedback_context(space: Space, viewer: Viewer) -> dict[str, Any]:
    """Return the viewer's feedback on an ended Space, and if they are its host, a summary."""
    if not space.is_ended or viewer.user is None:
        return {}
    mine = space.feedback.filter(user=viewer.user).first()
    summary = feedback.summary(space) if viewer.user == space.host else None
    return {"mine": mine, "summary": summary}


def me(viewer: Viewer, reads: Reads) -> Person | None:
    if viewer.user is not None:
        return person(viewer.user)
    has_joined = reads == Reads.ROOM  # a guest of other Spaces may not have joined this Space
    return guests.person_of(viewer.key) if has_joined else None


def blocked_keys(viewer: Viewer) -> list[str]:
    """Return the keys of the people whom the viewer blocks; the page hides or marks them."""
    if viewer.user is None:
        return []
    return [User(pk=pk).key for pk in sorted(blocked_ids(viewer.user))]


def view_data(space: Space, viewer: Viewer, reads: Reads) -> dict[str, Any]:
    """Return the data that is different for each viewer (docs/protocol.md)."""
    return {
        "me": me(viewer, reads),
        "may": {role.value: sorted(MAY[role]) for role in Role},
        "message_length": MESSAGE_LENGTH,
        "may_not_ask": requests.why_not_allowed(space, viewer.user) if viewer.user else "",
        "blocked": blocked_keys(viewer),
        "hls_from": settings.HLS_FROM if settings.HLS else 0,
        "urls": {
            "base": space.get_absolute_url(),
            "socket": f"/ws{space.get_absolute_url()}",
            "sign_in": resolve_url(settings.LOGIN_URL),
            "hls_library": hls.library(),
        },
    }
