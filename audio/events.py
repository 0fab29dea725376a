"""The events of an engine: who is talking, and the state of peer connections."""

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


AudioEvent = Talkers | PeerUp | PeerGone
