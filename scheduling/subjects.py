"""The notifications about scheduled Spaces: the names of their kinds, and their subjects.

A subject (`Delivery.subject`) tells two notifications of a kind apart, so that each is sent once.
It names the Space and how often the Space was moved: "space:AbCdEfGhIj:2". So a person who was
reminded of the old time is also reminded of the new one. The subject of a move also contains the
earlier start. Notifications about a series ("series:…") name its first affected Space.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

REMINDER_SOON = "reminder_soon"  # it starts in 10 minutes
REMINDER_LIVE = "reminder_live"  # it is live
HOST_SOON = "host_soon"  # to the host, half an hour before
HOST_NOW = "host_now"  # to the host, at the planned start
RESCHEDULED = "rescheduled"
CANCELLED = "space_cancelled"
COHOST_INVITED = "cohost_invited"
COHOST_ANSWERED = "cohost_answered"

SPACE, SERIES = "space", "series"


@dataclass(frozen=True)
class Subject:
    public_id: str
    moves: int
    of_series: bool = False  # about this Space and the following ones of its series
    before: datetime | None = None  # the time before the move

    def __str__(self) -> str:
        scope = SERIES if self.of_series else SPACE
        parts = [scope, self.public_id, str(self.moves)]
        if self.before is not None:
            parts.append(str(int(self.before.timestamp())))
        return ":".join(parts)

    @classmethod
    def parse(cls, text: str) -> "Subject":
        scope, public_id, moves, *rest = text.split(":")
        before = datetime.fromtimestamp(int(rest[0]), UTC) if rest else None
        return cls(public_id, int(moves), scope == SERIES, before)
