"""What a viewer may read of a Space: one rule for its page, snapshot, events, listeners and socket.

- People who are admitted read the ROOM, even before they listen: they may join at any time, the
  page must work without scripts, and a reload must not empty it. A guest is admitted once they have
  joined (`spaces.actions.guests`), which removals and cool-downs can refuse.
- Everyone else reads the OUTLINE: title, host, stage and counts, which cards on public lists and
  link previews show as well. These are people who are signed out, removed, or not admitted for any
  other reason, including rules that other apps add.
- People whom the host blocks read NOTHING; lists leave the Space out for them, too.

The end of a Space changes none of this: people who were admitted still read the room, though its
chat and its queue are over.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from spaces import admission
from spaces.admission import BlockedByHost, HasEnded, NotAdmitted, SignedOut
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
    """What one viewer may read, and why it is not the room."""

    reads: Reads
    refused: NotAdmitted | None = None

    @property
    def is_room(self) -> bool:
        return self.reads == Reads.ROOM


def access_of(space: Space, viewer: Viewer) -> ReadAccess:
    refusals = [
        each for each in admission.refusals(space, viewer) if not isinstance(each, HasEnded)
    ]
    if not refusals:
        return ReadAccess(Reads.ROOM)
    # Signing in doesn't help a person who was removed before they signed out: say what counts.
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
    """Return chat messages older than those of the document, back to the key `until`."""
    lines = read.get("messages")
    if not lines or until is None:
        return []
    return snapshots.older_lines(space, since=until, before=lines[0]["id"])


def _outline(whole: dict[str, Any]) -> dict[str, Any]:
    """Fields are listed one by one, so that strangers don't read what a snapshot gains later."""
    audience = whole["audience"]
    return {
        "rev": whole["rev"],
        "space": {name: whole["space"][name] for name in OUTLINE_OF_SPACE},
        "stage": [
            {"person": seat["person"], "role": seat["role"], "muted": seat["muted"], "hand": False}
            for seat in whole["stage"]
        ],
        "audience": {"count": audience["count"], "guests": audience["guests"], "people": []},
    }
