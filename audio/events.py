"""What an engine tells: who talks, and the fate of a peer connection."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Talkers:
    """Who is heard talking now: the whole set, so that a lost event is healed by the next."""

    room: str
    people: tuple[str, ...]


@dataclass(frozen=True)
class PeerUp:
    """Media flows to and from this peer connection (ICE and DTLS are done)."""

    room: str
    peer: str


@dataclass(frozen=True)
class PeerGone:
    """This peer was dropped. `reason`: left, removed, signed_out, ended, moved, demoted, full,
    lost, failed."""

    room: str
    peer: str
    reason: str


AudioEvent = Talkers | PeerUp | PeerGone
