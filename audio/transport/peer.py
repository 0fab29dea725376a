"""One peer connection: ICE-lite, DTLS-SRTP, and at most one Opus stream in each direction."""

import secrets
from collections.abc import Callable
from enum import Enum
from typing import Protocol

from pylibsrtp import Session

from audio.caller import Caller
from audio.transport.dtls import Certificate, DtlsError, DtlsSession, Role
from audio.transport.ice import MAX_PATHS, IceAgent
from audio.transport.limits import AmplificationLimit
from audio.transport.media import Media
from audio.transport.offer import OPUS_PAYLOAD_TYPE
from audio.transport.rtp import OutboundStream, RtpPacket
from audio.transport.sdp import Description
from audio.transport.socket import Path
from audio.transport.stun import Message
from core.token_bucket import TokenBucket

ANSWER_TIMEOUT = 10.0  # seconds to wait for the remote description
CONNECT_TIMEOUT = 30.0  # seconds that ICE and DTLS may take
MAX_EARLY = 4  # DTLS datagrams to keep that arrive before the remote description
CHECK_RATE, CHECK_BURST = 50.0, 100.0  # STUN and DTLS datagrams per second


class State(Enum):
    CONNECTING = "connecting"
    UP = "up"
    GONE = "gone"


class Observer(Protocol):
    """The callbacks of a peer. They are called while datagrams are read, so return quickly."""

    def peer_is_up(self, peer: "Peer") -> None: ...
    def path_changed(self, peer: "Peer") -> None: ...
    def peer_is_gone(self, peer: "Peer", reason: str) -> None: ...
    def packet_received(self, peer: "Peer", packet: RtpPacket, arrived: float) -> None: ...
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
        self.saves_data = False  # whether this peer receives the data saver mix
        self.local_sdp = ""  # the local description, as it was sent
        # The first sequence number is far below the wrap. Otherwise, if packets are lost while
        # connecting, both sides could disagree on the rollover counter (RFC 3711, section 3.3.1).
        self.stream = OutboundStream(
            ssrc=secrets.randbits(32),
            payload_type=OPUS_PAYLOAD_TYPE,
            sequence_number=secrets.randbelow(1 << 14),
        )
        self._media: Media | None = None
        self._certificate, self._observer, self._send = certificate, observer, send
        self._dtls: DtlsSession | None = None
        self._early: list[bytes] = []
        self._unsent: list[bytes] = []  # datagrams of the last flight that the limit delays
        self._amplification: dict[Path, AmplificationLimit] = {}
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

    def set_remote_description(self, description: Description) -> None:
        """Set the remote description (offer or answer); DTLS starts only after that."""
        self.description = description
        self.stream.payload_type = description.payload_type
        self.ice.set_remote_credentials(description.ufrag, description.password)
        if self.path is not None:
            for probe in self.ice.probe(self.path):
                self._transmit(probe, self.path)
        early, self._early = self._early, []
        for datagram in early:
            self.receive_dtls(datagram)
        self._start_if_client()

    def receive_stun(self, message: Message, path: Path, now: float) -> None:
        """Process a STUN message; the caller has verified the signature of a request."""
        if self.state is State.GONE or not self._checks.spend(now):
            return
        before = self.path
        self._count_received(message.size, path)
        for reply in self.ice.receive(message, path, now):
            self._transmit(reply, path)
        self._send_unsent()
        if self.path == before:
            return
        if before is not None and self.state is State.UP:
            self._observer.path_changed(self)
        self._start_if_client()

    def accept_dtls(self, size: int, path: Path, now: float) -> bool:
        """Count a DTLS datagram of this size; return False if the peer's rate is exceeded."""
        if not self._checks.spend(now):
            return False
        self._count_received(size, path)
        return True

    def receive_dtls(self, datagram: bytes) -> None:
        """Process a DTLS datagram from a known path."""
        if self.state is State.GONE:
            return
        if self.description is None:
            if len(self._early) < MAX_EARLY:
                self._early.append(datagram)
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

    def send_report(self, timestamp: int, now: float) -> None:
        """Send a sender report; `timestamp` is the RTP timestamp of the current tick."""
        if self._media is not None and self.path is not None:
            self._send(self._media.report(timestamp, now), self.path)

    def sweep(self, now: float) -> None:
        """Retransmit overdue flights and enforce time limits. Call this about ten times per second
        while the peer is connecting, and every few seconds later."""
        if self.state is State.CONNECTING:
            timeout = CONNECT_TIMEOUT if self.description else ANSWER_TIMEOUT
            if now - self.opened > timeout:
                self.close("failed")
            elif self._dtls is not None:
                self._send_all(self._dtls.retransmission(now) if not self._unsent else [])
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

    def _start_if_client(self) -> None:
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
        if description is None or not dtls.matches_fingerprint(
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
            self.ice.validated.add(self.path)
        self._media = Media(
            keys,
            description=description,
            stream=self.stream,
            on_packet=self._packet_received if self.speaks else None,
            on_loss=lambda fraction: self._observer.loss_reported(self, fraction),
        )
        self.state = State.UP
        self._observer.peer_is_up(self)

    def _packet_received(self, packet: RtpPacket, arrived: float) -> None:
        self._observer.packet_received(self, packet, arrived)

    def _flush(self, dtls: DtlsSession) -> None:
        self._send_all(dtls.take())

    def _send_all(self, datagrams: list[bytes]) -> None:
        """Send a flight; delay what the path's anti-amplification limit does not allow yet."""
        if datagrams:
            self._unsent = list(datagrams)
        self._send_unsent()

    def _send_unsent(self) -> None:
        while self._unsent and self.path is not None and self._transmit(self._unsent[0], self.path):
            del self._unsent[0]

    def _transmit(self, datagram: bytes, path: Path) -> bool:
        """Send on a validated path, or on another within the limit; return True if sent."""
        if path not in self.ice.validated:
            limit = self._amplification.get(path)
            if limit is None or not limit.spend(len(datagram)):
                return False
        self._send(datagram, path)
        return True

    def _count_received(self, size: int, path: Path) -> None:
        if path in self.ice.validated:
            return
        self._amplification.setdefault(path, AmplificationLimit()).add_received(size)
        if len(self._amplification) > MAX_PATHS:
            kept = self.ice.paths.keys() | {path}
            self._amplification = {
                each: self._amplification[each] for each in self._amplification if each in kept
            }
