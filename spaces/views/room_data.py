"""Data that the page of a room fetches: the snapshot, missed events and listeners."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from core import responses
from core.refusals import Refusal
from spaces.finding import find_not_cancelled_or_404
from spaces.models import Space
from spaces.room import presence
from spaces.room.events import Durable
from spaces.room.read_access import require_room
from spaces.room.snapshot import snapshot as snapshot_of
from spaces.viewer import Viewer

TEXT_FIELDS = {"text", "picture", "alt"}  # the fields of events with what a person published
FAR_BEHIND = 200  # missed events; if there are more, the response is a snapshot, which is smaller


def for_readers(body: Callable[[HttpRequest, Space], HttpResponse]) -> Callable[..., HttpResponse]:
    """Turn `body` into a GET view for people who may read the room (`spaces.room.read_access`)."""

    @require_GET
    @wraps(body)
    def view(request: HttpRequest, space_id: str) -> HttpResponse:
        space = find_not_cancelled_or_404(space_id)
        try:
            require_room(space, Viewer.of(request.user, request.session))
        except Refusal as refusal:
            return responses.refusal_json(refusal)
        return body(request, space)

    return view


@for_readers
def snapshot(request: HttpRequest, space: Space) -> HttpResponse:
    return JsonResponse(snapshot_of(space))


@for_readers
def events(request: HttpRequest, space: Space) -> HttpResponse:
    since = request.GET.get("since", "")
    if not since.isdecimal() or len(since) > 9:
        refusal = Refusal("bad_since", "since is a revision", status=400)
        return responses.refusal_json(refusal)
    if space.is_ended or space.revision - int(since) > FAR_BEHIND:
        return JsonResponse({"snapshot": snapshot_of(space)})
    missed = space.journal.filter(revision__gt=int(since)).order_by("revision")
    return JsonResponse({"events": without_revoked_text([row.frame() for row in missed])})


def without_revoked_text(frames: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Empty the text of events that a later event revokes, such as a deleted message.

    The journal still contains the text. The revoking event is always among these frames, because
    its revision is higher.
    """
    revokes = {each.kind: each.revokes for each in Durable.__subclasses__()}
    revoked: set[tuple[str, int]] = set()
    result = []
    for frame in reversed(frames):
        if earlier_kind := revokes.get(frame["t"]):
            revoked.add((earlier_kind, frame["id"]))
        is_revoked = (frame["t"], frame.get("id")) in revoked
        result.append(
            {**frame, **dict.fromkeys(TEXT_FIELDS & frame.keys(), "")} if is_revoked else frame
        )
    return result[::-1]


@for_readers
def listeners(request: HttpRequest, space: Space) -> HttpResponse:
    return JsonResponse(presence.page(space.public_id, after=request.GET.get("after", "")[:40]))
