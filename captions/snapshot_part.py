"""The captions in a room's snapshot (settings.SNAPSHOT_PARTS), and earlier lines."""

from typing import Any

from accounts.models import User
from accounts.person_json import person
from captions.line_json import line_json
from captions.models import Adjustment, CaptionRequest, Line
from captions.sources import where_of
from captions.transcript import lines_for
from core.times import stamp
from spaces.models import Space

LINES_ON_JOINING = 50  # static/js/room/room-state.js keeps as many
LINES_AT_ONCE = 50


def snapshot_part(space: Space) -> dict[str, Any]:
    asked = CaptionRequest.objects.filter(space=space).select_related("asked_by").first()
    adjustment = Adjustment.objects.filter(space=space).first()
    voices = space.voices.captioned().select_related("user")
    chosen = {each.user.key: where_of(each.source) for each in voices}
    captioners = space.captioners.select_related("user")
    return {
        "captions": {
            "voices": [{"who": who, "where": where} for who, where in sorted(chosen.items())],
            "language": adjustment.language if adjustment else "",
            "words": adjustment.words if adjustment else [],
            "captioners": [person(each.user) for each in captioners.order_by("id")],
            "requested": asked and {"by": asked.asked_by.key, "at": stamp(asked.asked_at)},
            # After the end there is a transcript instead, which the page contains.
            "lines": [] if space.is_ended else [line_json(each) for each in last_lines(space)],
        }
    }


def last_lines(space: Space) -> list[Line]:
    newest = space.lines.select_related("speaker", "captioner").order_by("-id")
    return list(reversed(newest[:LINES_ON_JOINING]))


def lines_before(space: Space, line_id: int, reader: User | None) -> dict[str, Any]:
    """Return `{"lines": […], "more": bool}`: the lines before this one that this reader may see,
    oldest first, and whether there are earlier ones."""
    found = lines_for(space, reader).filter(pk__lt=line_id)
    newest = list(found.order_by("-id")[: LINES_AT_ONCE + 1])
    lines = [line_json(each) for each in reversed(newest[:LINES_AT_ONCE])]
    return {"lines": lines, "more": len(newest) > LINES_AT_ONCE}
