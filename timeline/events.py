"""Room events about pins (see docs/protocol.md)."""

from dataclasses import dataclass
from typing import ClassVar

from accounts.person_json import Person
from spaces.room.events import Durable, Logged


@dataclass(frozen=True, kw_only=True)
class Pinned(Durable):
    kind: ClassVar[str] = "pinned"
    id: int  # of the post
    person: Person  # the author of the post
    text: str
    picture: str  # a URL, or ""
    alt: str
    url: str
    by: Person


@dataclass(frozen=True, kw_only=True)
class Unpinned(Durable):
    kind: ClassVar[str] = "unpinned"
    logged: ClassVar[Logged | None] = Logged.TO_ANOTHER
    revokes: ClassVar[str] = Pinned.kind
    id: int
    who: str  # the key of the person who had pinned it
    by: str
