"""The port of the fan-out: it sends one packet to all peers that receive the same mix."""

from typing import Protocol

from pylibsrtp import Session

from audio.transport.rtp import OutboundStream
from audio.transport.socket import Path


class Listener(Protocol):
    """One receiver. Compared by identity; has `srtp` and `path` before it is added."""

    @property
    def stream(self) -> OutboundStream: ...
    @property
    def srtp(self) -> Session | None: ...
    @property
    def path(self) -> Path | None: ...


class Audience(Protocol):
    """The listeners of one mix in a room."""

    def __len__(self) -> int: ...

    def add(self, listener: Listener) -> None:
        """Start sending to a listener, whose `stream` is only up to date after `sync`."""

    def update_path(self, listener: Listener) -> None:
        """Read the listener's path again, because it has changed."""

    def remove(self, listener: Listener) -> None:
        """Stop sending to a listener and bring its `stream` up to date; ignore unknown ones."""

    def sync(self, listener: Listener) -> None:
        """Bring the listener's `stream` up to date: sequence number, packets and octets sent."""

    def send(self, payload: bytes, timestamp: int) -> int:
        """Send one Opus packet to every listener; return how many datagrams the kernel accepted.

        `payload` has at most 1275 bytes (RFC 6716, section 3.4). `timestamp` is the RTP timestamp
        at 48 kHz.
        """
