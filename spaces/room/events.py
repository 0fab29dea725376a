"""Every event of the room, as a frozen dataclass; docs/protocol.md says what each is for.

The fields of the class are the fields on the wire: what is not declared here cannot be sent.
"""

from dataclasses import dataclass, fields
from enum import Enum, auto
from typing import Any, ClassVar

from accounts.wire import Person

# The version of docs/protocol.md. A change that an open page would misread raises it, here and in
# static/js/room/update.js: the `hello` of every socket carries it, and older pages reload.
PROTOCOL = 1


@dataclass(frozen=True, kw_only=True)
class Event:
    kind: ClassVar[str]

    def payload(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def frame(self) -> dict[str, Any]:
        """Return the event as the wire has it; for durable ones the journal adds the revision."""
        return {"t": self.kind, **self.payload()}


class Logged(Enum):
    """Which events the log of the hosts shows: always, or only if `who` is not the actor."""

    ALWAYS = auto()
    TO_ANOTHER = auto()


class Durable(Event):
    """Changes the snapshot; has a row in the journal and a revision."""

    logged: ClassVar[Logged | None] = None
    takes_back: ClassVar[str] = ""  # the kind of event, of the same id, whose text it hides


class Ephemeral(Event):
    """Outdated a moment later; the newest one wins."""


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
    """Someone on the stage took another of its seats."""

    kind: ClassVar[str] = "role_changed"
    logged: ClassVar[Logged | None] = Logged.ALWAYS
    who: str
    role: str


@dataclass(frozen=True, kw_only=True)
class HostChanged(Durable):
    """`who` is host from now on; `was` is co-host when `stays`, and else off the stage."""

    kind: ClassVar[str] = "host_changed"
    logged: ClassVar[Logged | None] = Logged.ALWAYS
    who: str
    was: str
    stays: bool


@dataclass(frozen=True, kw_only=True)
class HostAway(Durable):
    """The host lost their connection and the Space ends at `ends_at`, or they are back (null)."""

    kind: ClassVar[str] = "host_away"
    ends_at: str | None


@dataclass(frozen=True, kw_only=True)
class Hand(Durable):
    kind: ClassVar[str] = "hand"
    logged: ClassVar[Logged | None] = Logged.TO_ANOTHER
    who: str
    raised: bool


@dataclass(frozen=True, kw_only=True)
class MutedAll(Durable):
    """Everyone on the stage but `by`."""

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
    """Someone asks to speak. Their reason is for hosts alone, who read it at requests/."""

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
    slow_mode: int  # seconds between two lines of a person; 0 is off
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
    """Whether people may listen without an account; closing disconnects the guests."""

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
    takes_back: ClassVar[str] = MessageSent.kind
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
    kind: ClassVar[str] = "audience"
    count: int  # all listeners, including guests
    guests: int
    people: list[Person]


@dataclass(frozen=True, kw_only=True)
class Reactions(Ephemeral):
    kind: ClassVar[str] = "reactions"
    counts: dict[str, int]
    # `from` on the wire, which is a keyword in Python.
    sent_by: dict[str, str]  # key -> emoji, for at most 12 people

    def payload(self) -> dict[str, Any]:
        return {"counts": self.counts, "from": self.sent_by}


@dataclass(frozen=True, kw_only=True)
class Moved(Ephemeral):
    """The sound of `who` moved to their newest socket `to`; sent only to their other sockets."""

    kind: ClassVar[str] = "moved"
    who: str
    to: str


@dataclass(frozen=True, kw_only=True)
class Talking(Ephemeral):
    kind: ClassVar[str] = "talking"
    people: list[str]
