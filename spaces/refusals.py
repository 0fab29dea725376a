"""Refusals and messages that several modules use.

A person who is removed while they are in the room reads the text of
static/js/room/notices/removed.js.
"""

from core.refusals import Refusal

SPACE_HAS_ENDED = "This Space has ended."
# static/js/room/notices/removed.js has the same text.
REMOVED_BY_HOST = "A host removed you from this Space. You can't come back to it."
WHY_NOT_LIVE = {  # by state
    "scheduled": "This Space has not started yet.",
    "cancelled": "This Space was cancelled.",
}
WHY_NOT_SCHEDULED = {  # by state
    "live": "This Space is live already.",
    "ended": SPACE_HAS_ENDED,
    "cancelled": "This Space was cancelled already.",
}


class NotLive(Refusal):
    def __init__(self, state: str = "ended") -> None:
        super().__init__("not_live", WHY_NOT_LIVE.get(state, SPACE_HAS_ENDED))


class NotScheduled(Refusal):
    """The Space has started, or was cancelled, so it can't be changed, started or cancelled."""

    def __init__(self, state: str) -> None:
        super().__init__("not_scheduled", WHY_NOT_SCHEDULED[state])
