"""The events of a room, as frozen dataclasses; docs/protocol.md explains each.

The fields of a class are the fields of the message; only declared fields can be sent.
"""

from dataclasses import dataclass, fields
from enum import Enum, auto
from typing import Any, ClassVar

from accounts.person_json import Person

# The version of docs/protocol.md. After a change that open pages would misread, increase it here
# and in static/js/room/update.js. Each socket's `hello` contains it, and older pages then reload.
PROTOCOL = 1


@dataclass(frozen=True, kw_only=True)
class Event:
    kind: ClassVar[str]

    def payload(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def frame(self) -> dict[str, Any]:
        """Return the event in the message format. The revision of a durable event is added by
        `RoomEvent.frame`."""
        return {"t": self.kind, **self.payload()}


class Logged(Enum):
    """When the hosts' log shows an event: always, or only if a person did it to another (`who`)."""

    ALWAYS = auto()
    TO_ANOTHER = auto()


class Durable(Event):
    """An event that changes the snapshot, and has a row in the journal and a revision."""

    logged: ClassVar[Logged | None] = None
    # The kind of event that this one revokes: the text of the earlier event with the same id is
    # hidden.
    revokes: ClassVar[str] = ""


class Ephemeral(Event):
    """An event that is outdated a moment later, so it is not stored."""

    # Whether only the pages that show captions receive it (the frame `read_captions`).
    for_caption_readers: ClassVar[bool] = False


@dataclass(frozen=True, kw_only=True)
class StageJoined(Durable):
    kind: ClassVar[str] = "stage_joined"
    person: Person
    role: str
    muted: bool


@dataclass(frozen=True, kw_only=True)
class StageLeft(Durable):
    kind: ClassVar[str] = "stage_left"
    logged: ClassVar[Logged | None] = Logged.TO_ANOTHER
    who: str
    by: str  # the person themselves, or the host who moved them


@dataclass(frozen=True, kw_only=True)
class RoleChanged(Durable):
    """A person on the stage changed to another role's seat."""

    kind: ClassVar[str] = "role_changed"
    logged: ClassVar[Logged | None] = Logged.ALWAYS
    who: str
    role: str


@dataclass(frozen=True, kw_only=True)
class HostChanged(Durable):
    """`who` is the new host. The former host `was` is a co-host if `stays`, otherwise they left the
    stage."""

    kind: ClassVar[str] = "host_changed"
    logged: ClassVar[Logged | None] = Logged.ALWAYS
    who: str
    was: str
    stays: bool


@dataclass(frozen=True, kw_only=True)
class HostAway(Durable):
    """The host lost their connection, and the Space will end at `ends_at`. If `ends_at` is None,
    the host has returned."""

    kind: ClassVar[str] = "host_away"
    ends_at: str | None


@dataclass(frozen=True, kw_only=True)
class StageAway(Durable):
    """A speaker or co-host lost their connection at `since`. If `since` is None, they have
    returned. Hosts have HostAway instead."""

    kind: ClassVar[str] = "stage_away"
    who: str
    since: str | None


@dataclass(frozen=True, kw_only=True)
class Hand(Durable):
    kind: ClassVar[str] = "hand"
    logged: ClassVar[Logged | None] = Logged.TO_ANOTHER
    who: str
    raised: bool


@dataclass(frozen=True, kw_only=True)
class MutedAll(Durable):
    """`by` muted everyone else on the stage."""

    kind: ClassVar[str] = "muted_all"
    logged: ClassVar[Logged | None] = Logged.ALWAYS
    by: str


@dataclass(frozen=True, kw_only=True)
class MicrophonesLocked(Durable):
    kind: ClassVar[str] = "microphones_locked"
    logged: ClassVar[Logged | None] = Logged.ALWAYS
    locked: bool
    by: str


@dataclass(frozen=True, kw_only=True)
class MusicMode(Durable):
    kind: ClassVar[str] = "music_mode"
    logged: ClassVar[Logged | None] = Logged.ALWAYS
    on: bool
    by: str


@dataclass(frozen=True, kw_only=True)
class Requested(Durable):
    """A person asks to speak. Only hosts can read the reason, at `requests/`."""

    kind: ClassVar[str] = "requested"
    person: Person
    at: str
    first_time: bool


@dataclass(frozen=True, kw_only=True)
class Unrequested(Durable):
    kind: ClassVar[str] = "unrequested"
    logged: ClassVar[Logged | None] = Logged.TO_ANOTHER
    who: str
    outcome: str  # accepted, declined, cancelled
    at: str


@dataclass(frozen=True, kw_only=True)
class Removed(Durable):
    kind: ClassVar[str] = "removed"
    logged: ClassVar[Logged | None] = Logged.ALWAYS
    who: str
    by: str


@dataclass(frozen=True, kw_only=True)
class Readmitted(Durable):
    kind: ClassVar[str] = "readmitted"
    logged: ClassVar[Logged | None] = Logged.ALWAYS
    who: str
    by: str


@dataclass(frozen=True, kw_only=True)
class ChatMode(Durable):
    kind: ClassVar[str] = "chat_mode"
    logged: ClassVar[Logged | None] = Logged.ALWAYS
    paused: bool
    slow_mode: int  # seconds between two messages of one person; 0 is off
    by: str


@dataclass(frozen=True, kw_only=True)
class Microphone(Durable):
    kind: ClassVar[str] = "microphone"
    logged: ClassVar[Logged | None] = Logged.TO_ANOTHER
    who: str
    muted: bool
    by: str


@dataclass(frozen=True, kw_only=True)
class Invited(Durable):
    kind: ClassVar[str] = "invited"
    person: Person
    role: str
    by: str
    accepts_request: bool  # whether the person had asked to speak


@dataclass(frozen=True, kw_only=True)
class Uninvited(Durable):
    kind: ClassVar[str] = "uninvited"
    logged: ClassVar[Logged | None] = Logged.TO_ANOTHER
    who: str
    outcome: str  # declined, withdrawn


@dataclass(frozen=True, kw_only=True)
class Details(Durable):
    kind: ClassVar[str] = "details"
    logged: ClassVar[Logged | None] = Logged.ALWAYS
    title: str
    topics: list[dict[str, str]]


@dataclass(frozen=True, kw_only=True)
class OpenToGuests(Durable):
    """The Space was opened to guests, or closed to them, which disconnects the guests."""

    kind: ClassVar[str] = "open_to_guests"
    logged: ClassVar[Logged | None] = Logged.ALWAYS
    open: bool
    by: str


@dataclass(frozen=True, kw_only=True)
class MessageSent(Durable):
    kind: ClassVar[str] = "message"
    id: int
    person: Person
    text: str
    at: str


@dataclass(frozen=True, kw_only=True)
class MessageDeleted(Durable):
    kind: ClassVar[str] = "message_deleted"
    logged: ClassVar[Logged | None] = Logged.ALWAYS
    revokes: ClassVar[str] = MessageSent.kind
    id: int
    who: str  # the author
    by: str


@dataclass(frozen=True, kw_only=True)
class Ended(Durable):
    kind: ClassVar[str] = "ended"
    logged: ClassVar[Logged | None] = Logged.ALWAYS
    at: str


@dataclass(frozen=True, kw_only=True)
class Audience(Ephemeral):
    """The listeners: how many there are, and the first of those with an account."""

    kind: ClassVar[str] = "audience"
    count: int  # all listeners, including guests
    guests: int
    people: list[Person]


@dataclass(frozen=True, kw_only=True)
class Reactions(Ephemeral):
    kind: ClassVar[str] = "reactions"
    counts: dict[str, int]
    sent_by: dict[str, str]  # person key -> emoji, for at most NAMED people (reactions.py)

    def payload(self) -> dict[str, Any]:
        # The message's field is `from`, which is a keyword in Python.
        return {"counts": self.counts, "from": self.sent_by}


@dataclass(frozen=True, kw_only=True)
class Moved(Ephemeral):
    """The sound of `who` moved to the socket named `to`. Hubs pass this to the person's other
    sockets only."""

    kind: ClassVar[str] = "moved"
    who: str
    to: str


@dataclass(frozen=True, kw_only=True)
class Talking(Ephemeral):
    kind: ClassVar[str] = "talking"
    people: list[str]  # keys
