"""The events of an engine: who is talking, the state of peer connections, and captions."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Talkers:
    """Everyone who is talking now: the whole list, so the next event replaces a lost one."""

    room: str
    people: tuple[str, ...]


@dataclass(frozen=True)
class PeerUp:
    """ICE and DTLS are complete, and media flows on this peer connection."""

    room: str
    peer: str


@dataclass(frozen=True)
class PeerGone:
    """This peer was closed. `reason`: left, removed, signed_out, ended, moved, demoted, full, lost,
    failed."""

    room: str
    peer: str
    reason: str


@dataclass(frozen=True)
class CaptionLine:
    """What a person said, as text. A later event with the same `line` replaces the text, until one
    is `final`. `started` and `ended` are in seconds since 1970. `language` is a code of ISO 639, or
    ""."""

    room: str
    person: str
    line: str
    text: str
    started: float
    ended: float
    final: bool
    language: str = ""


@dataclass(frozen=True)
class CaptionsState:
    """How captions of this room are doing: "ok", "behind" (text comes late, or parts are missing),
    "starting" (no text comes until the recognizer has started, or started again), or "down" (the
    recognizer fails again and again). The event is repeated while voices of the room are captioned.
    """

    room: str
    state: str


@dataclass(frozen=True)
class EdgeOpened:
    """This engine has become an edge of the room, and needs a trunk from the origin."""

    room: str


@dataclass(frozen=True)
class EdgeClosed:
    """This engine is no longer an edge of the room."""

    room: str


AudioEvent = Talkers | PeerUp | PeerGone | CaptionLine | CaptionsState | EdgeOpened | EdgeClosed
