"""The JSON form of a line, in events, snapshots and downloads."""

from typing import Any

from accounts.person_json import person
from captions.models import Line
from captions.sources import where_of
from core.times import stamp


def line_json(line: Line) -> dict[str, Any]:
    """Return the fields of the event `caption`. Reads `speaker` and `captioner`."""
    return {
        "id": line.pk,
        "person": person(line.speaker),
        "start": stamp(line.started_at),
        "end": stamp(line.ended_at),
        "text": line.text,
        "where": where_of(line.source),
        "by": line.captioner.name if line.captioner else "",
        "language": line.language,
        "edited": line.edited,
    }
