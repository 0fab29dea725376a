"""Offers and answers between one socket and the audio node of its Space.

Admission and rights are checked in the database before a peer is opened; the node also checks who
is on stage. Peers outlive the socket, so a page that loses its socket still has sound. The node
closes a peer when the browser's consent expires (RFC 7675).
"""

import secrets
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any, TypeVar

from accounts.session_refs import SessionRef
from audio.caller import Caller
from audio.events import AudioEvent, PeerGone, PeerUp
from audio.interface import AudioError, get_audio
from core import addresses, database
from core.refusals import Refusal
from spaces import admission, permissions
from spaces.models import Space
from spaces.permissions import Act
from spaces.refusals import REMOVED_BY_HOST, SPACE_HAS_ENDED
from spaces.room import hls
from spaces.room.ice_servers import ice_servers
from spaces.viewer import Viewer

MAX_PEERS_PER_SOCKET = 8  # a page needs two while it replaces one (make-before-break)
# The audio engine's error code -> the message for people.
MESSAGES = {
    "no_node": "The audio is not reachable right now. Try again in a moment.",
    "timeout": "The audio did not answer in time. Try again.",
    "not_live": SPACE_HAS_ENDED,
    "removed": REMOVED_BY_HOST,
    "signed_out": "You are signed out. Sign in to listen to this Space.",
    "not_on_stage": "Only people on the stage have a microphone.",
    "bad_description": "Your browser's audio offer could not be read. Reload the page.",
    "unknown_peer": "This connection was closed. Reload the page to reconnect.",
    "full": "This Space is full right now. Try again in a moment.",
}

T = TypeVar("T")
Notify = Callable[[dict[str, Any]], None]


class Signalling:
    def __init__(
        self, space: Space, viewer: Viewer, *, session: SessionRef, network: str, notify: Notify
    ) -> None:
        """`notify` sends a frame to the socket without waiting. The peers belong to `session` and
        are closed when it ends."""
        self.space = space
        self.viewer = viewer
        self.caller = Caller(
            person=viewer.caller, session=session.seal(), address=addresses.token(network)
        )
        self.notify = notify
        self.peers: dict[str, None] = {}

    async def listen(self) -> dict[str, Any]:
        await self._require(Act.LISTEN)
        peer = self._new_peer()
        sdp = await translated(get_audio().listen(self.space.public_id, peer, self.caller))
        return {"peer": peer, "sdp": sdp, "ice_servers": ice_servers(self.viewer.key)}

    async def hls(self) -> dict[str, Any]:
        """Return where this person can fetch the Space as HLS (`spaces.room.hls.request`)."""
        await self._require(Act.LISTEN)
        return await database.run(hls.request, self.space, self.viewer)

    async def answer(self, peer: str, sdp: str) -> dict[str, str]:
        self._require_own(peer)
        await translated(get_audio().answer(self.space.public_id, peer, sdp))
        return {"peer": peer}

    async def speak(self, sdp: str) -> dict[str, Any]:
        await self._require(Act.SPEAK)
        peer = self._new_peer()
        answer = await translated(get_audio().speak(self.space.public_id, peer, self.caller, sdp))
        return {"peer": peer, "sdp": answer, "ice_servers": ice_servers(self.viewer.key)}

    async def adopt(self, peer: str) -> dict[str, str]:
        """Take over one of this person's peers, whose socket was lost."""
        await self._require(Act.LISTEN)
        await translated(get_audio().adopt(self.space.public_id, peer, self.caller))
        self._remember(peer)
        return {"peer": peer}

    async def set_quality(self, peer: str, quality: str) -> dict[str, str]:
        self._require_own(peer)
        await translated(get_audio().set_quality(self.space.public_id, peer, quality))
        return {"peer": peer}

    async def hang_up(self, peer: str) -> None:
        self._require_own(peer)
        self._forget(peer)
        await translated(get_audio().leave(self.space.public_id, peer))

    def close(self) -> None:
        for peer in list(self.peers):
            self._forget(peer)

    async def _require(self, act: Act) -> None:
        await database.run(self._check, act)

    def _check(self, act: Act) -> None:
        self.space.refresh_from_db()  # for state, host and open_to_guests
        admission.require(self.space, self.viewer)
        permissions.require(self.space, self.viewer, act)

    def _new_peer(self) -> str:
        peer = secrets.token_urlsafe(12)
        self._remember(peer)
        return peer

    def _remember(self, peer: str) -> None:
        self.peers[peer] = None
        if len(self.peers) > MAX_PEERS_PER_SOCKET:
            self._forget(next(iter(self.peers)))
        switchboard().sockets[peer] = self.notify

    def _require_own(self, peer: str) -> None:
        if peer not in self.peers:
            raise Refusal("unknown_peer", MESSAGES["unknown_peer"])

    def _forget(self, peer: str) -> None:
        self.peers.pop(peer, None)
        sockets = switchboard().sockets
        if sockets.get(peer) is self.notify:  # otherwise a later socket has adopted the peer
            del sockets[peer]


class Switchboard:
    """Passes each peer's events to the socket in this process that opened or adopted the peer."""

    def __init__(self) -> None:
        self.sockets: dict[str, Notify] = {}
        get_audio().subscribe(self._receive)

    def _receive(self, event: AudioEvent) -> None:
        if not isinstance(event, PeerUp | PeerGone):
            return
        notify = self.sockets.get(event.peer)
        if notify is None:
            return
        if isinstance(event, PeerUp):
            notify({"t": "peer_up", "peer": event.peer})
        else:
            notify({"t": "peer_gone", "peer": event.peer, "reason": event.reason})


@cache
def switchboard() -> Switchboard:
    return Switchboard()


async def translated(call: Awaitable[T]) -> T:
    """Await `call`; raise an AudioError as a Refusal with a message for people."""
    try:
        return await call
    except AudioError as error:
        raise Refusal(error.code, MESSAGES.get(error.code, str(error))) from error
