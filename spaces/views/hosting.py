"""Data that only hosts may read: the reasons of requests, removed people, guests and the log."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.person_json import person
from core import person_keys
from core.refusals import Refusal
from core.responses import refusal_json
from core.times import stamp
from spaces.actions import guests as guest_actions
from spaces.actions import moderation_log
from spaces.finding import find_not_cancelled_or_404
from spaces.models import Outcome, Space
from spaces.permissions import Act
from spaces.room import presence
from spaces.viewer import Viewer
from spaces.views.decorators import require

Body = Callable[[Space], dict[str, Any]]


def for_hosts(act: Act) -> Callable[[Body], Callable[..., JsonResponse]]:
    """Turn a function that returns JSON into a GET view for people who are allowed to `act`."""

    def decorate(body: Body) -> Callable[..., JsonResponse]:
        @require_GET
        @wraps(body)
        def view(request: HttpRequest, space_id: str) -> JsonResponse:
            space = find_not_cancelled_or_404(space_id)
            try:
                require(space, Viewer.of(request.user, request.session), act)
            except Refusal as refusal:
                return refusal_json(refusal)
            return JsonResponse(body(space))

        return view

    return decorate


@for_hosts(Act.ANSWER_REQUESTS)
def requests(space: Space) -> dict[str, Any]:
    """Return `{"reasons": {person key: reason}}` of the open requests."""
    waiting = space.requests.filter(outcome=Outcome.OPEN).exclude(reason="").select_related("user")
    return {"reasons": {request.user.key: request.reason for request in waiting}}


@for_hosts(Act.REMOVE)
def removed(space: Space) -> dict[str, Any]:
    """Return `{"removed": [{"person", "by", "reason", "at"}]}`, the newest first."""
    removals = list(space.removals.select_related("removed_by").order_by("-at"))
    people = people_of({removal.viewer_key for removal in removals})
    return {
        "removed": [
            {
                "person": people[removal.viewer_key],
                "by": person(removal.removed_by),
                "reason": removal.reason,
                "at": stamp(removal.at),
            }
            for removal in removals
            if removal.viewer_key in people
        ]
    }


@for_hosts(Act.READ_LOG)
def log(space: Space) -> dict[str, Any]:
    """Return `{"log": [{"at", "kind", "by", "whom", "note", "payload"}]}`, the newest first."""
    rows = moderation_log.latest(space)
    people = people_of({row.payload.get("who", "") for row in rows})
    return {
        "log": [
            {
                "at": stamp(row.at),
                "kind": row.kind,
                "by": person(row.actor) if row.actor else None,
                "whom": people.get(row.payload.get("who", "")),
                "note": row.note,
                "payload": row.payload,
            }
            for row in rows
        ]
    }


@for_hosts(Act.REMOVE)
def guests(space: Space) -> dict[str, Any]:
    """Return `{"guests": [person]}`, the connected guests."""
    return {"guests": [guest_actions.person_of(key) for key in presence.guests(space.public_id)]}


def people_of(keys: set[str]) -> dict[str, Any]:
    users = User.objects.in_bulk(person_keys.accounts_in(keys))
    guests_by_key = {key: guest_actions.person_of(key) for key in keys if person_keys.is_guest(key)}
    return {user.key: person(user) for user in users.values()} | guests_by_key
