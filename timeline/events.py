"""What the timeline says in a room: the events of docs/protocol.md about pins."""

from dataclasses import dataclass
from typing import ClassVar

from accounts.wire import Person
from spaces.room.events import Durable, Logged


@dataclass(frozen=True, kw_only=True)
class Pinned(Durable):
    kind: ClassVar[str] = "pinned"
    id: int  # the post's
    person: Person  # who wrote it
    text: str
    picture: str  # an address, or ""
    alt: str
    url: str
    by: Person


@dataclass(frozen=True, kw_only=True)
class Unpinned(Durable):
    kind: ClassVar[str] = "unpinned"
    logged: ClassVar[Logged | None] = Logged.TO_ANOTHER
    takes_back: ClassVar[str] = Pinned.kind
    id: int
    who: str  # pinned it
    by: str
