"""Every event of the room, as a frozen dataclass; docs/protocol.md tells what each is for.

The fields of the class are the fields on the wire: what is not declared here cannot be sent.
"""

from dataclasses import dataclass, fields
from typing import Any, ClassVar

from accounts.people import Person


@dataclass(frozen=True, kw_only=True)
class Event:
    kind: ClassVar[str]

    def payload(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def frame(self) -> dict[str, Any]:
        """As the wire carries it; a durable one's row of the journal adds the revision."""
        return {"t": self.kind, **self.payload()}


class Durable(Event):
    """Changes what a fresh snapshot would say; a row of the journal, with a revision."""


class Ephemeral(Event):
    """Worth nothing a moment later; the newest wins."""


@dataclass(frozen=True, kw_only=True)
class StageJoined(Durable):
    kind: ClassVar[str] = "stage_joined"
    person: Person
    role: str
    muted: bool


@dataclass(frozen=True, kw_only=True)
class StageLeft(Durable):
    kind: ClassVar[str] = "stage_left"
    who: str


@dataclass(frozen=True, kw_only=True)
class Microphone(Durable):
    kind: ClassVar[str] = "microphone"
    who: str
    muted: bool
    by: str


@dataclass(frozen=True, kw_only=True)
class Invited(Durable):
    kind: ClassVar[str] = "invited"
    person: Person
    by: str


@dataclass(frozen=True, kw_only=True)
class Uninvited(Durable):
    kind: ClassVar[str] = "uninvited"
    who: str
    outcome: str  # declined, withdrawn


@dataclass(frozen=True, kw_only=True)
class Details(Durable):
    kind: ClassVar[str] = "details"
    title: str
    topics: list[dict[str, str]]


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
    id: int
    by: str


@dataclass(frozen=True, kw_only=True)
class Ended(Durable):
    kind: ClassVar[str] = "ended"
    at: str


@dataclass(frozen=True, kw_only=True)
class Audience(Ephemeral):
    kind: ClassVar[str] = "audience"
    count: int
    people: list[Person]


@dataclass(frozen=True, kw_only=True)
class Reactions(Ephemeral):
    kind: ClassVar[str] = "reactions"
    counts: dict[str, int]
    # `from` is a keyword of Python and the word of the wire.
    sent_by: dict[str, str]  # key -> emoji, of at most 12 people

    def payload(self) -> dict[str, Any]:
        return {"counts": self.counts, "from": self.sent_by}


@dataclass(frozen=True, kw_only=True)
class Talking(Ephemeral):
    kind: ClassVar[str] = "talking"
    people: list[str]
