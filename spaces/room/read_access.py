"""What a viewer may read of a Space: one rule for its page, snapshot, events, listeners and socket.

- People who are admitted may read the ROOM, even before they listen, because they may join at any
  time, the page must work without scripts, and a reload must not empty it. A guest is admitted
  after joining (`spaces.actions.guests`), which can be refused after a removal or in a cool-down.
- All other people may read the OUTLINE: title, host, stage and counts, which are also on public
  cards and link previews. These people are signed out, removed, or not admitted for another
  reason, including the rules of other apps.
- People whom the host blocks may read NOTHING; lists don't show them the Space, either.

The rule is the same after the Space has ended, except that the room then has no chat and no queue.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from spaces import admission
from spaces.admission import BlockedByHost, IsNotLive, NotAdmitted, SignedOut
from spaces.models import Space
from spaces.room import snapshot as snapshots
from spaces.room.snapshot import snapshot
from spaces.viewer import Viewer

OUTLINE_OF_SPACE = (
    "id",
    "title",
    "topics",
    "state",
    "host",
    "open_to_guests",
    "started_at",
    "ended_at",
)


class Reads(StrEnum):
    ROOM = "room"
    OUTLINE = "outline"
    NOTHING = "nothing"


@dataclass(frozen=True)
class ReadAccess:
    """What one viewer may read, and the reason if that is not the room."""

    reads: Reads
    refused: NotAdmitted | None = None

    @property
    def is_room(self) -> bool:
        return self.reads == Reads.ROOM


def access_of(space: Space, viewer: Viewer) -> ReadAccess:
    refusals = [
        each for each in admission.refusals(space, viewer) if not isinstance(each, IsNotLive)
    ]
    if not refusals:
        return ReadAccess(Reads.ROOM)
    # Prefer any other reason to "signed out": signing in doesn't help a person who was removed.
    refused = next((each for each in refusals if not isinstance(each, SignedOut)), refusals[0])
    is_blocked = isinstance(refused, BlockedByHost)
    return ReadAccess(Reads.NOTHING if is_blocked else Reads.OUTLINE, refused)


def require_room(space: Space, viewer: Viewer) -> None:
    """Raise a Refusal if this viewer may not read the room."""
    if refused := access_of(space, viewer).refused:
        raise refused


def document(space: Space, reads: Reads) -> dict[str, Any]:
    """Return the part of the snapshot that may be read (docs/protocol.md)."""
    if reads == Reads.NOTHING:
        return {"space": {"id": space.public_id}}
    whole = snapshot(space)
    return whole if reads == Reads.ROOM else _outline(whole)


def older_lines(read: dict[str, Any], space: Space, until: int | None) -> list[dict[str, Any]]:
    """Return the chat messages before those in the document `read`, back to the id `until`."""
    lines = read.get("messages")
    if not lines or until is None:
        return []
    return snapshots.older_lines(space, since=until, before=lines[0]["id"])


def _outline(whole: dict[str, Any]) -> dict[str, Any]:
    """Return the outline of a snapshot. Each field is listed, so that a field that is added to the
    snapshot later is not shown to strangers."""
    audience = whole["audience"]
    return {
        "rev": whole["rev"],
        "space": {name: whole["space"][name] for name in OUTLINE_OF_SPACE},
        "stage": [
            {
                "person": seat["person"],
                "role": seat["role"],
                "muted": seat["muted"],
                "hand": False,
                "away_since": None,
            }
            for seat in whole["stage"]
        ],
        "audience": {"count": audience["count"], "guests": audience["guests"], "people": []},
    }
