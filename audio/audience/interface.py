"""The interface of the fan-out, which sends one packet to all peers that receive the same mix."""

from typing import Protocol

from pylibsrtp import Session

from audio.transport.rtp import OutboundStream
from audio.transport.socket import Path


class Listener(Protocol):
    """One receiver, which is compared by identity. It has `srtp` and `path` before it is added."""

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
        """Start sending to a listener. From now on, its `stream` is only up to date after `sync`
        or `remove`."""

    def update_path(self, listener: Listener) -> None:
        """Read the listener's path again, because it has changed."""

    def remove(self, listener: Listener) -> None:
        """Stop sending to a listener and update its `stream`; ignore unknown listeners."""

    def sync(self, listener: Listener) -> None:
        """Update the listener's `stream`: its sequence number, and the packets and octets sent."""

    def skip(self, count: int) -> None:
        """Skip this many sequence numbers, so that the listeners notice that packets are lost."""

    def send(self, payload: bytes, timestamp: int) -> int:
        """Send one Opus packet to every listener; return how many datagrams the kernel accepted,
        without those that wait in a batch.

        `payload` has at most 1275 bytes (RFC 6716, section 3.4). `timestamp` is the RTP timestamp
        at 48 kHz.
        """
