"""What a viewer may read of a Space: one rule for its page, snapshot, events, listeners and socket.

- Whoever is admitted reads the ROOM, also before they start listening: they hold the right to come
  in, the page has to read without a script, and a reload must not empty it. A guest is admitted
  once they have joined (`spaces.actions.guests`), by a tap that removals and cool-downs can refuse.
- Everyone else reads the OUTLINE: title, host, stage and counts, which the cards on public lists
  and link previews show as well. That is who is signed out, was removed, or is not admitted for
  any other reason, today or by a rule that an app adds.
- Whom the host blocked reads NOTHING; lists leave the Space out for them, too.

The end of a Space changes none of it: who was admitted still reads the room, where the chat and
the queues have ended.
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
class Reading:
    """What one viewer reads, and why it is not the room."""

    reads: Reads
    refused: NotAdmitted | None = None

    @property
    def is_room(self) -> bool:
        return self.reads == Reads.ROOM


def decide(space: Space, viewer: Viewer) -> Reading:
    refusals = [
        each for each in admission.refusals(space, viewer) if not isinstance(each, HasEnded)
    ]
    if not refusals:
        return Reading(Reads.ROOM)
    # Signing in helps nobody who was removed before they signed out: say what does count.
    refused = next((each for each in refusals if not isinstance(each, SignedOut)), refusals[0])
    is_blocked = isinstance(refused, BlockedByHost)
    return Reading(Reads.NOTHING if is_blocked else Reads.OUTLINE, refused)


def require_room(space: Space, viewer: Viewer) -> None:
    """Raise the Refusal of whoever may not read the room."""
    if refused := decide(space, viewer).refused:
        raise refused


def document(space: Space, reads: Reads) -> dict[str, Any]:
    """The snapshot as far as it may be read (docs/protocol.md)."""
    if reads == Reads.NOTHING:
        return {"space": {"id": space.public_id}}
    whole = snapshot(space)
    return whole if reads == Reads.ROOM else _outline(whole)


def older_lines(read: dict[str, Any], space: Space, until: int | None) -> list[dict[str, Any]]:
    """Lines of the chat before those of a document that may be read, back to that key."""
    lines = read.get("messages")
    if not lines or until is None:
        return []
    return snapshots.older_lines(space, since=until, before=lines[0]["id"])


def _outline(whole: dict[str, Any]) -> dict[str, Any]:
    """Named field by field: what a snapshot learns to tell is not told to strangers by itself."""
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
