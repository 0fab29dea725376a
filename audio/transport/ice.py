"""The lite side of ICE (RFC 8445 §2.5): it answers checks and follows the browser's nominations."""

import secrets
import struct
from dataclasses import dataclass

from audio.transport import stun
from audio.transport.socket import Path
from audio.transport.stun import Attribute, Kind, Message

CONSENT = 30.0  # seconds without a check until the other side counts as gone (RFC 7675 §5.1)
QUIET = 5.0  # seconds of silence after which another living path may take over unasked
MAX_PATHS = 8
MAX_PROBES = 4

_PRIORITY = struct.pack(">I", (110 << 24) + (65535 << 8) + 255)


@dataclass
class _Probe:
    """A check of ours that waits for its answer; sent again, it is the same transaction."""

    transaction: bytes
    moves: bool  # whether the path is to be taken once it is proven


class IceAgent:
    """One peer's credentials and paths. All times are monotonic seconds."""

    def __init__(self, now: float) -> None:
        self.ufrag = secrets.token_hex(4)
        self.password = secrets.token_hex(16)
        self.selected: Path | None = None
        self.heard = now
        self.paths: dict[Path, float] = {}  # path -> last check on it
        self.proven: set[Path] = set()  # those of them by which the other side has heard us
        self._remote: tuple[str, str] | None = None
        self._probes: dict[Path, _Probe] = {}

    def learn(self, ufrag: str, password: str) -> None:
        """The other side's credentials, from its description."""
        self._remote = (ufrag, password)

    def has_consent(self, now: float) -> bool:
        return now - self.heard < CONSENT

    def receive(self, message: Message, path: Path, now: float) -> list[bytes]:
        """Take a check, or the answer to ours; return what to send back on the same path.

        The caller has seen `message.is_signed_with(self.password)` for requests.
        """
        if message.kind is Kind.REQUEST:
            return self._answer(message, path, now)
        if message.kind is Kind.SUCCESS:
            self._confirm(message, path, now)
        return []

    def _answer(self, message: Message, path: Path, now: float) -> list[bytes]:
        if Attribute.ICE_CONTROLLED in message.attributes:  # we cannot control (RFC 8445 §7.3.1.1)
            conflict = (Attribute.ERROR_CODE, stun.error_code(stun.ROLE_CONFLICT, "Role Conflict"))
            return [self._reply(Kind.ERROR, message, conflict)]
        self.heard = now
        self._remember(path, now)
        host, port = path.remote[:2]
        mapped = stun.mapped_address(host, port, message.transaction)
        replies = [self._reply(Kind.SUCCESS, message, (Attribute.XOR_MAPPED_ADDRESS, mapped))]
        if self.selected is None:
            self.selected = path
        moves = path != self.selected and (message.nominates or self._is_quiet(now))
        if moves and self._remote is None:  # nothing but a handshake can flow yet
            self.selected = path
        elif moves or (path == self.selected and path not in self.proven):
            replies += self.probe(path, moves=moves)
        return replies

    def probe(self, path: Path, *, moves: bool = False) -> list[bytes]:
        """Ask back. Only a round trip shows that the other side is where its check claims to come
        from: without it, a peer could turn our packets on a stranger."""
        if self._remote is None:
            return []
        waiting = self._probes.pop(path, None)
        while len(self._probes) >= MAX_PROBES:
            del self._probes[next(iter(self._probes))]
        transaction = waiting.transaction if waiting else secrets.token_bytes(12)
        self._probes[path] = _Probe(transaction, moves or (waiting is not None and waiting.moves))
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
            self.heard = now
            self.proven.add(path)
            if probe.moves:
                self.selected = path

    def _remember(self, path: Path, now: float) -> None:
        self.paths[path] = now
        if len(self.paths) > MAX_PATHS:
            others = (known for known in self.paths if known != self.selected)
            forgotten = min(others, key=self.paths.__getitem__)
            del self.paths[forgotten]
            self.proven.discard(forgotten)

    def _is_quiet(self, now: float) -> bool:
        return self.selected is None or now - self.paths.get(self.selected, 0.0) > QUIET

    def _reply(self, kind: Kind, request: Message, attribute: tuple[Attribute, bytes]) -> bytes:
        return stun.pack(kind, request.transaction, [attribute], password=self.password)
