"""Room events about captions (see docs/protocol.md)."""

from dataclasses import dataclass
from typing import ClassVar

from accounts.person_json import Person
from spaces.room.events import Durable, Ephemeral, Logged


@dataclass(frozen=True, kw_only=True)
class VoiceCaptions(Durable):
    """A person chose whether their voice is captioned."""

    kind: ClassVar[str] = "voice_captions"
    who: str
    on: bool
    where: str  # `sources.Where`; "" if it is off, or if only captioners can caption it


@dataclass(frozen=True, kw_only=True)
class CaptionsRequested(Durable):
    """A host asked everyone on the stage to caption their voice."""

    kind: ClassVar[str] = "captions_requested"
    logged: ClassVar[Logged | None] = Logged.ALWAYS
    by: str
    at: str


@dataclass(frozen=True, kw_only=True)
class CaptionsAdjusted(Durable):
    """A host chose the language that is spoken, and special words."""

    kind: ClassVar[str] = "captions_adjusted"
    language: str  # ISO 639, or "" to detect it
    words: list[str]
    by: str


@dataclass(frozen=True, kw_only=True)
class CaptionerChanged(Durable):
    """A host let a person write captions, or no longer lets them."""

    kind: ClassVar[str] = "captioner"
    logged: ClassVar[Logged | None] = Logged.ALWAYS
    who: str
    person: Person
    on: bool
    by: str


@dataclass(frozen=True, kw_only=True)
class CaptionAdded(Durable):
    kind: ClassVar[str] = "caption"
    id: int
    person: Person  # who said it
    start: str
    end: str
    text: str
    where: str
    by: str  # the name of the captioner, or ""
    language: str
    edited: bool


@dataclass(frozen=True, kw_only=True)
class InterimCaption(Ephemeral):
    """What a person is saying, as far as it is recognized. The next one replaces it, and the final
    `caption` with the same or a later `start` ends it. An empty text ends it as well."""

    kind: ClassVar[str] = "interim_caption"
    for_caption_readers: ClassVar[bool] = True
    who: str
    start: str
    text: str


@dataclass(frozen=True, kw_only=True)
class RecognitionState(Ephemeral):
    """Whether the recognizer on the machine of the audio node keeps up with this room."""

    kind: ClassVar[str] = "recognition"
    state: str  # as in audio.events.CaptionsState


@dataclass(frozen=True, kw_only=True)
class CaptionEdited(Durable):
    kind: ClassVar[str] = "caption_edited"
    logged: ClassVar[Logged | None] = Logged.TO_ANOTHER
    id: int
    who: str  # who said it
    text: str
    by: str


@dataclass(frozen=True, kw_only=True)
class CaptionsDeleted(Durable):
    """A speaker withdrew their words, or a host deleted them."""

    kind: ClassVar[str] = "captions_deleted"
    logged: ClassVar[Logged | None] = Logged.TO_ANOTHER
    ids: list[int]
    who: str  # who said them
    by: str
