"""The port: who carries the room's one packet to everyone that hears the same mix."""

from typing import Protocol

from pylibsrtp import Session

from audio.transport.rtp import OutboundStream
from audio.transport.socket import Path


class Listener(Protocol):
    """One receiver. Compared by identity; `srtp` and `path` are there before it is added."""

    @property
    def stream(self) -> OutboundStream: ...
    @property
    def srtp(self) -> Session | None: ...
    @property
    def path(self) -> Path | None: ...


class Audience(Protocol):
    """A room's listeners."""

    def __len__(self) -> int: ...

    def add(self, listener: Listener) -> None:
        """From now on its `stream` is advanced here; `settle` brings it up to date."""

    def move(self, listener: Listener) -> None:
        """Its path has changed."""

    def remove(self, listener: Listener) -> None:
        """Unknown listeners are already gone. Its `stream` is up to date afterwards."""

    def settle(self, listener: Listener) -> None:
        """Write into its `stream` how far it has come."""

    def send(self, payload: bytes, timestamp: int) -> int:
        """One Opus packet to everyone; returns how many datagrams the kernel took.

        `payload` has at most 1275 bytes (RFC 6716 §3.4), `timestamp` is RTP's at 48 kHz.
        """
