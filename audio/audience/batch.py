"""Packets for single receivers, sent together: usually by one system call for a room and a tick."""

from functools import lru_cache
from typing import Protocol

from audio.audience.interface import Listener
from audio.audience.messages import CONTROL_LENGTH, MMSGHDR, NAME_LENGTH, STRIDE, Messages
from audio.audience.native import CONTROL, SOCKADDR, context_of, control_message, lib, sockaddr
from audio.audience.native import is_available as is_native
from audio.transport.socket import DatagramSocket, Path

CAPACITY = 128  # packets; a full batch is sent before the next packet is added
KNOWN_PATHS = 4096  # paths whose addresses are cached in the kernel's format


class Batch(Protocol):
    def add(self, listener: Listener, payload: bytes, timestamp: int) -> None:
        """Encrypt an Opus packet for a listener and send it with the next flush; drop it if the
        listener is not connected."""

    def flush(self) -> int:
        """Send what was added; return how many datagrams the kernel accepted since the last
        flush."""


def open_batch(socket: DatagramSocket) -> Batch:
    """Return the fastest kind of batch that this system supports."""
    return LocalBatch(socket) if is_native() else PlainBatch(socket)


class LocalBatch(Messages):
    """Implements `Batch` with `sendmmsg`."""

    def __init__(self, socket: DatagramSocket) -> None:
        super().__init__(socket)
        self._allocate(CAPACITY)
        self._link()
        # Writing through a memoryview takes a tenth of the time of writing into an array.
        self._packet_bytes = self._packets.data.cast("B")
        self._name_bytes = self._names.data.cast("B")
        self._control_bytes = self._controls.data.cast("B")
        self._words = self._messages.reshape(-1).data
        self._sizes = self._vectors.reshape(-1).data
        self._count = self._accepted = 0
        self._address_of = lru_cache(KNOWN_PATHS)(self._pack_address)

    def add(self, listener: Listener, payload: bytes, timestamp: int) -> None:
        if listener.srtp is None or listener.path is None:
            return
        if self._count == CAPACITY:
            self._send()
        slot = self._count
        packet = listener.stream.pack(payload, timestamp)
        at = slot * STRIDE
        self._packet_bytes[at : at + len(packet)] = packet
        length = self._length_at[slot]
        length[0] = len(packet)
        if lib.srtp_protect(context_of(listener.srtp), self._pointers[slot], length):
            self.errors += 1  # never send an unencrypted packet
            return
        self._sizes[2 * slot + 1] = length[0]
        self._write_address(slot, listener.path)
        self._count += 1

    def flush(self) -> int:
        self._send()
        accepted, self._accepted = self._accepted, 0
        return accepted

    def _send(self) -> None:
        if self._count:
            self._accepted += self._flush(self._count)
            self._count = 0

    def _write_address(self, slot: int, path: Path) -> None:
        name, control = self._address_of(path)
        self._name_bytes[slot * SOCKADDR : slot * SOCKADDR + len(name)] = name
        self._control_bytes[slot * CONTROL : slot * CONTROL + len(control)] = control
        self._words[slot * MMSGHDR + NAME_LENGTH] = len(name)
        self._words[slot * MMSGHDR + CONTROL_LENGTH] = len(control)

    def _pack_address(self, path: Path) -> tuple[bytes, bytes]:
        name = sockaddr(self._socket.family, path)
        return name, control_message(self._socket.control, path)


class PlainBatch:
    """Implements `Batch` on systems without `sendmmsg`: it sends each packet at once."""

    def __init__(self, socket: DatagramSocket) -> None:
        self._socket = socket
        self._accepted = 0

    def add(self, listener: Listener, payload: bytes, timestamp: int) -> None:
        if listener.srtp is None or listener.path is None:
            return
        packet = listener.stream.pack(payload, timestamp)
        self._accepted += self._socket.send(listener.srtp.protect(packet), listener.path)

    def flush(self) -> int:
        accepted, self._accepted = self._accepted, 0
        return accepted
