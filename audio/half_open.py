"""Limits on half-open peers, and the choice of peers to close when a new one is admitted.

A peer is half open from its offer until it is connected. Even if its client never answers, it
counts towards the node's peers for ten seconds. So a person has at most one half-open peer in a
room, and there are limits per IP address, per Space and per node. When a limit is reached, a person
with an account replaces a guest, and anybody replaces a peer that has had enough time to connect.

The node counts, not the web processes: only the node knows which peers are still connecting, its
count needs no shared state that could become stale, and a crash resets it.
"""

from collections.abc import Iterable

from audio.caller import Caller
from audio.interface import AudioError
from audio.transport.peer import Peer, State

MAX_PER_NODE = 1000
MAX_PER_SPACE = 500
MAX_PER_ADDRESS = 100  # a school class may share one IP address, but each connects within a second
STALE = 5.0  # seconds; an honest client connects faster


def peers_of(person: str, peers: Iterable[Peer]) -> list[Peer]:
    """Return this person's half-open peers, which a new peer replaces."""
    return [peer for peer in _connecting(peers) if peer.person == person]


def peers_to_replace(
    newcomer: Caller, *, in_space: Iterable[Peer], on_node: Iterable[Peer], now: float
) -> list[Peer]:
    """Return the half-open peers to close so that the newcomer may connect.

    Raises AudioError("full") if a limit is reached and none of its peers may be replaced.
    """
    everyone = _connecting(on_node)
    same_address = [peer for peer in everyone if peer.caller.address == newcomer.address]
    limits = [(_connecting(in_space), MAX_PER_SPACE), (everyone, MAX_PER_NODE)]
    if newcomer.address:
        limits.append((same_address, MAX_PER_ADDRESS))
    replaced: list[Peer] = []
    for peers, limit in limits:
        remaining = [peer for peer in peers if peer not in replaced]
        if len(remaining) >= limit:
            replaced.append(_choose_replaced(newcomer, remaining, now))
    return replaced


def peer_to_replace_on_full_node(newcomer: Caller, peers: Iterable[Peer], now: float) -> Peer:
    """Return the peer to close on a node that has its maximum number of peers: a half-open peer
    that may be replaced, or else, if the newcomer is no guest, the peer of the guest who joined
    last. Raises AudioError("full") if there is neither."""
    everyone = list(peers)
    try:
        return _choose_replaced(newcomer, _connecting(everyone), now)
    except AudioError:
        guests = [peer for peer in everyone if peer.caller.is_guest]
        if newcomer.is_guest or not guests:
            raise
        return max(guests, key=lambda peer: peer.opened)


def _connecting(peers: Iterable[Peer]) -> list[Peer]:
    return [peer for peer in peers if peer.state is State.CONNECTING]


def _choose_replaced(newcomer: Caller, peers: Iterable[Peer], now: float) -> Peer:
    replaceable = [
        peer
        for peer in peers
        if now - peer.opened > STALE or (peer.caller.is_guest and not newcomer.is_guest)
    ]
    if not replaceable:
        raise AudioError("full", "no peer can be replaced at this moment")
    return min(replaceable, key=lambda peer: (not peer.caller.is_guest, peer.opened))
