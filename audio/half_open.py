"""How many may be connecting at once, and who makes way for whom.

Between its offer and its first packet a peer is half open: it holds a place on the node, and
whoever never answers holds it for many seconds. So one person has one such peer in a room, and
those of one address, of one Space and of the node are counted. When a place is needed, guests make
way for members, and whoever has had the time to connect makes way for everyone.

The node counts, not the web processes: it alone knows who is still connecting, its count needs no
state that is shared or could go stale, and a crash frees everything.
"""

from collections.abc import Iterable

from audio.caller import Caller
from audio.interface import AudioError
from audio.transport.peer import Peer, State

MOST = 1000  # on a node
MOST_OF_SPACE = 500
MOST_OF_ADDRESS = 100  # a whole class may come by one, each for less than a second
STALE = 5.0  # seconds; whoever means it has connected by then


def of_person(person: str, peers: Iterable[Peer]) -> list[Peer]:
    """Those that a new one of this person replaces."""
    return [peer for peer in _connecting(peers) if peer.person == person]


def who_makes_way(
    newcomer: Caller, *, in_space: Iterable[Peer], on_node: Iterable[Peer], now: float
) -> list[Peer]:
    """The peers to close so that the newcomer may connect. Raises AudioError("full")."""
    everyone = _connecting(on_node)
    same_address = [peer for peer in everyone if peer.caller.address == newcomer.address]
    limits = [(_connecting(in_space), MOST_OF_SPACE), (everyone, MOST)]
    if newcomer.address:
        limits.append((same_address, MOST_OF_ADDRESS))
    leaving: list[Peer] = []
    for peers, most in limits:
        here = [peer for peer in peers if peer not in leaving]
        if len(here) >= most:
            leaving.append(_first_to_go(newcomer, here, now))
    return leaving


def place_on_full_node(newcomer: Caller, peers: Iterable[Peer], now: float) -> Peer:
    """The peer that makes way on a node that holds as many as it can: one that is connecting, else,
    for a member, the guest who came last. Raises AudioError("full")."""
    everyone = list(peers)
    try:
        return _first_to_go(newcomer, _connecting(everyone), now)
    except AudioError:
        guests = [peer for peer in everyone if peer.caller.is_guest]
        if newcomer.is_guest or not guests:
            raise
        return max(guests, key=lambda peer: peer.opened)


def _connecting(peers: Iterable[Peer]) -> list[Peer]:
    return [peer for peer in peers if peer.state is State.CONNECTING]


def _first_to_go(newcomer: Caller, peers: Iterable[Peer], now: float) -> Peer:
    may_go = [
        peer
        for peer in peers
        if now - peer.opened > STALE or (peer.caller.is_guest and not newcomer.is_guest)
    ]
    if not may_go:
        raise AudioError("full", "too many are joining at this moment")
    return min(may_go, key=lambda peer: (not peer.caller.is_guest, peer.opened))
