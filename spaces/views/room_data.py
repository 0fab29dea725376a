"""What the page of a room fetches: the snapshot, missed events, listeners."""

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
from spaces.room.read_access import require_room
from spaces.room.snapshot import snapshot as snapshot_of
from spaces.viewer import Viewer

WORDS = {"text", "picture", "alt"}  # what a person wrote or showed, in any event
FAR_BEHIND = 200  # events; after more of them, a snapshot is smaller


def for_readers(body: Callable[[HttpRequest, Space], HttpResponse]) -> Callable[..., HttpResponse]:
    """A GET for people who may read the room (`spaces.room.read_access`)."""

    @require_GET
    @wraps(body)
    def view(request: HttpRequest, space_id: str) -> HttpResponse:
        space = get_object_or_404(Space.objects.with_page(), public_id=space_id)
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
    return JsonResponse({"events": without_taken_back_words([row.frame() for row in missed])})


def without_taken_back_words(frames: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Blank the text of events that a later event takes back: a deleted message, say.

    The journal keeps the text. The later event is among these frames: its revision is higher.
    """
    takes_back = {each.kind: each.takes_back for each in Durable.__subclasses__()}
    taken_back: set[tuple[str, int]] = set()
    kept = []
    for frame in reversed(frames):
        if said := takes_back.get(frame["t"]):
            taken_back.add((said, frame["id"]))
        is_taken_back = (frame["t"], frame.get("id")) in taken_back
        kept.append(
            {**frame, **dict.fromkeys(WORDS & frame.keys(), "")} if is_taken_back else frame
        )
    return kept[::-1]


@for_readers
def listeners(request: HttpRequest, space: Space) -> HttpResponse:
    return JsonResponse(presence.page(space.public_id, after=request.GET.get("after", "")[:40]))
