"""An ICE-lite agent (RFC 8445, section 2.5): it answers checks and accepts nominations."""

import secrets
import struct
from dataclasses import dataclass

from audio.transport import stun
from audio.transport.socket import Path
from audio.transport.stun import Attribute, Kind, Message

CONSENT = 30.0  # seconds without a check after which consent has expired (RFC 7675, section 5.1)
QUIET = 5.0  # seconds without a check after which another path is selected without nomination
MAX_PATHS = 8
MAX_PROBES = 4

_PRIORITY = struct.pack(">I", (110 << 24) + (65535 << 8) + 255)


@dataclass
class _Probe:
    """A check that was sent and has no response yet; retransmissions keep the transaction."""

    transaction: bytes
    selects: bool  # whether the path is selected once it is validated


class IceAgent:
    """The credentials and paths of one peer. All times are monotonic seconds."""

    def __init__(self, now: float) -> None:
        self.ufrag = secrets.token_hex(4)
        self.password = secrets.token_hex(16)
        self.selected: Path | None = None
        self.last_received = now
        self.paths: dict[Path, float] = {}  # path -> time of the last check
        self.validated: set[Path] = set()  # paths on which a round trip has succeeded
        self._remote: tuple[str, str] | None = None
        self._probes: dict[Path, _Probe] = {}

    def set_remote_credentials(self, ufrag: str, password: str) -> None:
        """Set the remote credentials, taken from the remote description."""
        self._remote = (ufrag, password)

    def has_consent(self, now: float) -> bool:
        return now - self.last_received < CONSENT

    def receive(self, message: Message, path: Path, now: float) -> list[bytes]:
        """Process a check, or the response to one; return the datagrams to send on the same path.

        For requests, the caller has verified `message.is_signed_with(self.password)`.
        """
        if message.kind is Kind.REQUEST:
            return self._respond(message, path, now)
        if message.kind is Kind.SUCCESS:
            self._confirm(message, path, now)
        return []

    def _respond(self, message: Message, path: Path, now: float) -> list[bytes]:
        # A lite agent is always controlled (RFC 8445, sections 6.1.1 and 7.3.1.1).
        if Attribute.ICE_CONTROLLED in message.attributes:
            conflict = (Attribute.ERROR_CODE, stun.error_code(stun.ROLE_CONFLICT, "Role Conflict"))
            return [self._reply(Kind.ERROR, message, conflict)]
        self.last_received = now
        self._remember(path, now)
        host, port = path.remote[:2]
        mapped = stun.mapped_address(host, port, message.transaction)
        replies = [self._reply(Kind.SUCCESS, message, (Attribute.XOR_MAPPED_ADDRESS, mapped))]
        if self.selected is None:
            self.selected = path
        selects = path != self.selected and (message.nominates or self._is_quiet(now))
        if selects and self._remote is None:  # only handshake datagrams can be sent yet
            self.selected = path
        elif selects or (path == self.selected and path not in self.validated):
            replies += self.probe(path, selects=selects)
        return replies

    def probe(self, path: Path, *, selects: bool = False) -> list[bytes]:
        """Return a check to send on this path; nothing before the remote credentials are known.

        Only a round trip proves that the remote side is at the source address of its checks.
        Without it, a peer could direct our packets at a third party.
        """
        if self._remote is None:
            return []
        waiting = self._probes.pop(path, None)
        while len(self._probes) >= MAX_PROBES:
            del self._probes[next(iter(self._probes))]
        transaction = waiting.transaction if waiting else secrets.token_bytes(12)
        self._probes[path] = _Probe(
            transaction, selects or (waiting is not None and waiting.selects)
        )
        ufrag, password = self._remote
        attributes = [
            (Attribute.USERNAME, f"{ufrag}:{self.ufrag}".encode()),
            (Attribute.PRIORITY, _PRIORITY),
            (Attribute.ICE_CONTROLLED, secrets.token_bytes(8)),
        ]
        return [stun.pack(Kind.REQUEST, transaction, attributes, password=password)]

    def _confirm(self, message: Message, path: Path, now: float) -> None:
        probe = self._probes.get(path)
        if self._remote is None or probe is None or probe.transaction != message.transaction:
            return
        if message.is_signed_with(self._remote[1]):
            del self._probes[path]
            self.last_received = now
            self.validated.add(path)
            if probe.selects:
                self.selected = path

    def _remember(self, path: Path, now: float) -> None:
        self.paths[path] = now
        if len(self.paths) > MAX_PATHS:
            others = (known for known in self.paths if known != self.selected)
            forgotten = min(others, key=self.paths.__getitem__)
            del self.paths[forgotten]
            self.validated.discard(forgotten)

    def _is_quiet(self, now: float) -> bool:
        return self.selected is None or now - self.paths.get(self.selected, 0.0) > QUIET

    def _reply(self, kind: Kind, request: Message, attribute: tuple[Attribute, bytes]) -> bytes:
        return stun.pack(kind, request.transaction, [attribute], password=self.password)
