"""The UDP endpoint: demultiplexes datagrams to peers (RFC 7983, section 7)."""

import asyncio
import time
from collections import deque
from collections.abc import Callable

from audio.transport import stun
from audio.transport.dtls import CONTENT_TYPES
from audio.transport.limits import SourceLimit
from audio.transport.peer import Peer, State
from audio.transport.socket import DatagramSocket, Path
from audio.transport.stun import Kind, Message, StunError
from audio.transport.trunk import IncomingTrunk

BATCH = 64  # datagrams read before the event loop runs other tasks
HANDSHAKE_WORK = 0.002  # seconds per tick; limits how much a flood of joins can delay the sound
MAX_HANDSHAKES_WAITING = 1024  # datagrams
# STUN messages per second and IP address, on paths that belong to no peer.
UNKNOWN_RATE, UNKNOWN_BURST = 1000.0, 2000.0
UNKNOWN_SOURCES = 4096  # IP addresses that are counted at a time
PATH_EXPIRES = 30.0  # seconds without a check after which another peer may take over a path

_STUN = range(4)
_MEDIA = range(128, 192)


class Endpoint:
    """Owns the socket; finds peers by their ICE username fragment and by their paths, and trunks by
    their SSRC."""

    def __init__(
        self, host: str, port: int, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Raises OSError if the port is taken."""
        self.socket = DatagramSocket(host, port)
        self.dropped = 0  # datagrams that were passed neither to a peer nor to a trunk
        self._clock = clock
        self._by_ufrag: dict[str, Peer] = {}
        self._by_path: dict[Path, Peer] = {}
        self._connecting: dict[str, Peer] = {}
        self._trunks: dict[bytes, IncomingTrunk] = {}  # by SSRC
        self._unknown = SourceLimit(rate=UNKNOWN_RATE, burst=UNKNOWN_BURST, sources=UNKNOWN_SOURCES)
        self._handshakes: deque[tuple[Peer, bytes]] = deque()
        self._work_left = HANDSHAKE_WORK

    @property
    def connecting(self) -> list[Peer]:
        """Return the peers that were not connected at the last sweep, oldest first."""
        return list(self._connecting.values())

    @property
    def half_open(self) -> int:
        return len(self._connecting)

    def start(self) -> None:
        asyncio.get_running_loop().add_reader(self.socket.fileno(), self._read)

    def stop(self) -> None:
        asyncio.get_running_loop().remove_reader(self.socket.fileno())
        self.socket.close()

    def add(self, peer: Peer) -> None:
        self._by_ufrag[peer.ice.ufrag] = peer
        self._connecting[peer.ice.ufrag] = peer

    def remove(self, peer: Peer) -> None:
        self._by_ufrag.pop(peer.ice.ufrag, None)
        self._connecting.pop(peer.ice.ufrag, None)
        for path in peer.ice.paths:
            if self._by_path.get(path) is peer:
                del self._by_path[path]

    def add_trunk(self, trunk: IncomingTrunk) -> None:
        self._trunks[trunk.ssrc.to_bytes(4)] = trunk

    def remove_trunk(self, trunk: IncomingTrunk) -> None:
        self._trunks.pop(trunk.ssrc.to_bytes(4), None)

    def run_handshakes(self) -> None:
        """Process queued handshakes for a limited time, after the tick's packets have been sent."""
        self._work_left = HANDSHAKE_WORK
        while self._handshakes and self._work_left > 0:
            self._handshake(*self._handshakes.popleft())

    def sweep(self) -> None:
        """Retransmit for connecting peers, and enforce their time limits. Call this ten times a
        second."""
        now = self._clock()
        for peer in list(self._connecting.values()):
            if peer.state is State.UP:
                del self._connecting[peer.ice.ufrag]
            else:
                peer.sweep(now)

    def _read(self) -> None:
        for data, path in self.socket.receive(BATCH):
            self._dispatch(data, path)

    def _dispatch(self, data: bytes, path: Path) -> None:
        first = data[0]
        if first in _MEDIA:
            peer = self._by_path.get(path)
            if peer is not None:
                peer.receive(data, self._clock())
                return
            trunk = self._trunks.get(data[8:12])
            if trunk is not None:
                trunk.receive(data, self._clock())
                return
        elif first in CONTENT_TYPES:
            peer = self._by_path.get(path)
            if peer is not None and peer.accept_dtls(len(data), path, self._clock()):
                self._queue_handshake(peer, data)
                return
        elif first in _STUN and self._receive_stun(data, path):
            return
        self.dropped += 1

    def _receive_stun(self, data: bytes, path: Path) -> bool:
        """Pass a STUN message to its peer; return False if it is dropped."""
        now = self._clock()
        known = self._by_path.get(path)
        if known is None and not self._unknown.spend(path.source, now):
            return False
        try:
            message = stun.parse(data)
        except StunError:
            return False
        if message.kind is not Kind.REQUEST:
            if known is not None:
                known.receive_stun(message, path, now)
            return known is not None
        peer = self._by_ufrag.get(message.username.partition(":")[0])
        if peer is None or not message.is_signed_with(peer.ice.password):
            return False
        if known is not None and known is not peer and _is_used(known, path, now):
            return False  # a forged source address must not take over another peer's path
        self._receive_check(peer, message, path, now)
        return True

    def _receive_check(self, peer: Peer, message: Message, path: Path, now: float) -> None:
        before = set(peer.ice.paths)
        peer.receive_stun(message, path, now)
        if path in peer.ice.paths and peer.state is not State.GONE:
            self._by_path[path] = peer
        for forgotten in before - peer.ice.paths.keys():
            if self._by_path.get(forgotten) is peer:
                del self._by_path[forgotten]

    def _queue_handshake(self, peer: Peer, datagram: bytes) -> None:
        if self._work_left > 0 and not self._handshakes:
            self._handshake(peer, datagram)
        elif len(self._handshakes) < MAX_HANDSHAKES_WAITING:
            self._handshakes.append((peer, datagram))
        else:
            self.dropped += 1

    def _handshake(self, peer: Peer, datagram: bytes) -> None:
        began = time.perf_counter()
        peer.receive_dtls(datagram)
        self._work_left -= time.perf_counter() - began


def _is_used(peer: Peer, path: Path, now: float) -> bool:
    return now - peer.ice.paths.get(path, 0.0) < PATH_EXPIRES
