"""Refusals and messages that several modules use."""

from core.refusals import Refusal

SPACE_HAS_ENDED = "This Space has ended."
# The same text as in static/js/room/notices/removed.js.
REMOVED_BY_HOST = "A host removed you from this Space. You can't come back to it."


class NotLive(Refusal):
    def __init__(self) -> None:
        super().__init__("not_live", SPACE_HAS_ENDED)
