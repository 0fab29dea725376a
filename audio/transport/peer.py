"""One peer connection: ICE-lite, DTLS-SRTP, and at most one Opus stream in each direction."""

import secrets
from collections.abc import Callable
from enum import Enum
from typing import Protocol

from pylibsrtp import Session

from audio.caller import Caller
from audio.transport.dtls import Certificate, DtlsError, DtlsSession, Role
from audio.transport.ice import MAX_PATHS, IceAgent
from audio.transport.limits import Allowance
from audio.transport.media import Media
from audio.transport.offer import OPUS_PAYLOAD_TYPE
from audio.transport.rtp import OutboundStream, RtpPacket
from audio.transport.sdp import Description
from audio.transport.socket import Path
from audio.transport.stun import Message
from core.token_bucket import TokenBucket

ANSWER_WITHIN = 10.0  # seconds that we wait for the remote description
CONNECT_WITHIN = 30.0  # seconds that ICE and DTLS may take
MAX_WAITING = 4  # DTLS datagrams kept that arrive before the remote description
CHECK_RATE, CHECK_BURST = 50.0, 100.0  # STUN and DTLS datagrams per second


class State(Enum):
    CONNECTING = "connecting"
    UP = "up"
    GONE = "gone"


class Observer(Protocol):
    """The callbacks of a peer. They are called while datagrams are read, so return quickly."""

    def peer_is_up(self, peer: "Peer") -> None: ...
    def peer_moved(self, peer: "Peer") -> None: ...
    def peer_is_gone(self, peer: "Peer", reason: str) -> None: ...
    def heard(self, peer: "Peer", packet: RtpPacket, arrived: float) -> None: ...
    def loss_reported(self, peer: "Peer", fraction: float) -> None: ...


class Peer:
    """All times are monotonic seconds; `send` sends one datagram."""

    def __init__(
        self,
        *,
        name: str,
        caller: Caller,
        speaks: bool,
        certificate: Certificate,
        observer: Observer,
        send: Callable[[bytes, Path], bool],
        now: float,
    ) -> None:
        self.name, self.caller, self.speaks = name, caller, speaks
        self.person = caller.person
        self.state = State.CONNECTING
        self.ice = IceAgent(now)
        self.opened = now
        self.description: Description | None = None
        self.saves_data = False  # it receives the data saver mix
        self.said = ""  # the local description, as it was sent
        # The first sequence number is far below the wrap. Otherwise packets lost while connecting
        # could make both ends disagree on the rollover counter (RFC 3711, section 3.3.1).
        self.stream = OutboundStream(
            ssrc=secrets.randbits(32),
            payload_type=OPUS_PAYLOAD_TYPE,
            sequence_number=secrets.randbelow(1 << 14),
        )
        self._media: Media | None = None
        self._certificate, self._observer, self._send = certificate, observer, send
        self._dtls: DtlsSession | None = None
        self._waiting: list[bytes] = []
        self._held: list[bytes] = []  # the part of our last flight that the path does not allow yet
        self._allowances: dict[Path, Allowance] = {}
        self._checks = TokenBucket(rate=CHECK_RATE, burst=CHECK_BURST)

    @property
    def path(self) -> Path | None:
        return self.ice.selected

    @property
    def srtp(self) -> Session | None:
        """Return the session that encrypts our packets, once connected."""
        return self._media.outbound if self._media is not None else None

    @property
    def packets_lost(self) -> int:
        return self._media.packets_lost if self._media is not None else 0

    def describe(self, description: Description) -> None:
        """Set the remote description (offer or answer); DTLS starts only after that."""
        self.description = description
        self.stream.payload_type = description.payload_type
        self.ice.learn(description.ufrag, description.password)
        if self.path is not None:
            for probe in self.ice.probe(self.path):
                self._transmit(probe, self.path)
        waiting, self._waiting = self._waiting, []
        for datagram in waiting:
            self.shake_hands(datagram)
        self._call_if_client()

    def check(self, message: Message, path: Path, now: float) -> None:
        """Process a STUN message; the caller has verified the signature of a request."""
        if self.state is State.GONE or not self._checks.spend(now):
            return
        before = self.path
        self._earn(message.size, path)
        for reply in self.ice.receive(message, path, now):
            self._transmit(reply, path)
        self._release()
        if self.path == before:
            return
        if before is not None and self.state is State.UP:
            self._observer.peer_moved(self)
        self._call_if_client()

    def may_shake_hands(self, size: int, path: Path, now: float) -> bool:
        """Count a DTLS datagram of this size; return False if the peer's rate is exceeded."""
        if not self._checks.spend(now):
            return False
        self._earn(size, path)
        return True

    def shake_hands(self, datagram: bytes) -> None:
        """Process a DTLS datagram from a known path."""
        if self.state is State.GONE:
            return
        if self.description is None:
            if len(self._waiting) < MAX_WAITING:
                self._waiting.append(datagram)
            return
        if self._dtls is None:
            self._dtls = DtlsSession(self._certificate, role=Role.SERVER)
        try:
            self._dtls.receive(datagram)
        except DtlsError:
            self.close("failed")
            return
        self._advance(self._dtls)

    def receive(self, data: bytes, now: float) -> None:
        """Process an encrypted RTP or RTCP packet."""
        if self._media is not None and self.state is State.UP:
            self._media.receive(data, now)

    def send_rtp(self, payload: bytes, timestamp: int) -> None:
        """Send one packet to this peer alone; an `Audience` sends the shared packets."""
        if self._media is not None and self.path is not None:
            self._send(self._media.protect(payload, timestamp), self.path)

    def send_report(self, timestamp: int, now: float) -> None:
        """Send a sender report; `timestamp` is the RTP timestamp of the current tick."""
        if self._media is not None and self.path is not None:
            self._send(self._media.report(timestamp, now), self.path)

    def sweep(self, now: float) -> None:
        """Retransmit overdue flights and enforce time limits. Call this about ten times a second
        while the peer is connecting, and every few seconds later."""
        if self.state is State.CONNECTING:
            patience = CONNECT_WITHIN if self.description else ANSWER_WITHIN
            if now - self.opened > patience:
                self.close("failed")
            elif self._dtls is not None:
                self._send_all(self._dtls.overdue(now) if not self._held else [])
        elif self.state is State.UP and not self.ice.has_consent(now):
            self.close("lost")

    def close(self, reason: str) -> None:
        """Close the connection and notify the observer, once."""
        if self.state is State.GONE:
            return
        self.state = State.GONE
        if self._dtls is not None:
            self._dtls.close()
            self._flush(self._dtls)
        self._observer.peer_is_gone(self, reason)
        # Break the reference cycles, so that a peer is freed without the garbage collector.
        self._media = self._dtls = None

    def _call_if_client(self) -> None:
        """Start the handshake if the remote side chose to be the DTLS server."""
        if self._dtls is not None or self.path is None or self.description is None:
            return
        if self.description.setup == "passive":
            self._dtls = DtlsSession(self._certificate, role=Role.CLIENT)
            self._dtls.start()
            self._flush(self._dtls)

    def _advance(self, dtls: DtlsSession) -> None:
        self._flush(dtls)
        if dtls.is_closed:
            self.close("left")
        elif dtls.is_open and self.state is State.CONNECTING:
            self._open(dtls)

    def _open(self, dtls: DtlsSession) -> None:
        description = self.description
        if description is None or not dtls.is_with(
            description.fingerprint_algorithm, description.fingerprint
        ):
            self.close("failed")
            return
        try:
            keys = dtls.export_keys()
        except DtlsError:
            self.close("failed")
            return
        if self.path is not None:  # the completed handshake has validated this path
            self.ice.proven.add(self.path)
        self._media = Media(
            keys,
            description=description,
            stream=self.stream,
            on_packet=self._hear if self.speaks else None,
            on_loss=lambda fraction: self._observer.loss_reported(self, fraction),
        )
        self.state = State.UP
        self._observer.peer_is_up(self)

    def _hear(self, packet: RtpPacket, arrived: float) -> None:
        self._observer.heard(self, packet, arrived)

    def _flush(self, dtls: DtlsSession) -> None:
        self._send_all(dtls.take())

    def _send_all(self, datagrams: list[bytes]) -> None:
        """Send a flight; hold back what the path's anti-amplification limit does not allow yet."""
        if datagrams:
            self._held = list(datagrams)
        self._release()

    def _release(self) -> None:
        while self._held and self.path is not None and self._transmit(self._held[0], self.path):
            del self._held[0]

    def _transmit(self, datagram: bytes, path: Path) -> bool:
        """Send on a validated path, or within the limit on another; return True if it was sent."""
        if path not in self.ice.proven:
            allowance = self._allowances.get(path)
            if allowance is None or not allowance.spend(len(datagram)):
                return False
        self._send(datagram, path)
        return True

    def _earn(self, size: int, path: Path) -> None:
        if path in self.ice.proven:
            return
        self._allowances.setdefault(path, Allowance()).earn(size)
        if len(self._allowances) > MAX_PATHS:
            kept = self.ice.paths.keys() | {path}
            self._allowances = {
                each: self._allowances[each] for each in self._allowances if each in kept
            }
