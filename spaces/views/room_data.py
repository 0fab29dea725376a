"""What a page reads while it is in a room: snapshot, missed events, listeners."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from core import responses
from core.refusals import Refusal
from spaces.models import Space
from spaces.room import presence
from spaces.room.events import Durable
from spaces.room.reading import require_room
from spaces.room.snapshot import snapshot as snapshot_of
from spaces.viewer import Viewer

WORDS = {"text", "picture", "alt"}  # what a person said, in any event
FAR_BEHIND = 200  # events; beyond, a snapshot is smaller


def reading(body: Callable[[HttpRequest, Space], HttpResponse]) -> Callable[..., HttpResponse]:
    """A GET for whoever may read the room (`spaces.room.reading`)."""

    @require_GET
    @wraps(body)
    def view(request: HttpRequest, space_id: str) -> HttpResponse:
        space = get_object_or_404(Space.objects.linked(), public_id=space_id)
        try:
            require_room(space, Viewer.of(request.user, request.session))
        except Refusal as refusal:
            return responses.refusal_json(refusal)
        return body(request, space)

    return view


@reading
def snapshot(request: HttpRequest, space: Space) -> HttpResponse:
    return JsonResponse(snapshot_of(space))


@reading
def events(request: HttpRequest, space: Space) -> HttpResponse:
    since = request.GET.get("since", "")
    if not since.isdecimal() or len(since) > 9:
        refusal = Refusal("bad_since", "since is a revision", status=400)
        return responses.refusal_json(refusal)
    if space.is_ended or space.revision - int(since) > FAR_BEHIND:
        return JsonResponse({"snapshot": snapshot_of(space)})
    missed = space.journal.filter(revision__gt=int(since)).order_by("revision")
    return JsonResponse({"events": without_words_taken_back([row.frame() for row in missed])})


def without_words_taken_back(frames: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The journal keeps what was said; the room does not read again what was taken out of it.

    That comes behind where it was said, so whoever missed the one missed the other too.
    """
    takes_back = {each.kind: each.takes_back for each in Durable.__subclasses__()}
    gone: set[tuple[str, int]] = set()
    kept = []
    for frame in reversed(frames):
        if said := takes_back.get(frame["t"]):
            gone.add((said, frame["id"]))
        is_gone = (frame["t"], frame.get("id")) in gone
        kept.append({**frame, **dict.fromkeys(WORDS & frame.keys(), "")} if is_gone else frame)
    return kept[::-1]


@reading
def listeners(request: HttpRequest, space: Space) -> HttpResponse:
    return JsonResponse(presence.page(space.public_id, after=request.GET.get("after", "")[:40]))
