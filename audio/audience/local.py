"""An audience served in one pass: slots in contiguous arrays, SRTP in place, and `sendmmsg`.

Sending to one listener takes about 3 µs per tick, nearly all of it in the kernel. numpy writes the
headers and the payload into every slot, libsrtp encrypts them in place, and the kernel sends them
from there. Systems that lack any of this use `PlainAudience` (see `native`).
"""

import ctypes
import errno
import struct
from typing import Any

import numpy as np
from pylibsrtp import Session

from audio.audience.interface import Audience, Listener
from audio.audience.native import (
    CONTROL,
    SOCKADDR,
    context_of,
    control_message,
    ffi,
    find_sendmmsg,
    is_available,
    lib,
    sockaddr,
)
from audio.audience.plain import PlainAudience
from audio.transport.rtp import HEADER, VERSION
from audio.transport.socket import DatagramSocket

MAX_PAYLOAD = 1275  # bytes of an Opus packet (RFC 6716, section 3.4)
STRIDE = 1344  # bytes per slot, with header and tag; a multiple of a cache line's 64 bytes
MMSGHDR = 8  # 64-bit words in a struct mmsghdr on 64-bit Linux
NAME_LENGTH, VECTOR, CONTROL_AT, CONTROL_LENGTH = 1, 2, 4, 5  # words of a struct mmsghdr
FIRST_SLOTS = 64


def open_audience(socket: DatagramSocket) -> Audience:
    """Return the fastest kind of audience that this system supports."""
    return LocalAudience(socket) if is_available() else PlainAudience(socket)


class LocalAudience:
    """Implements `Audience`. Slots are dense: if one becomes free, the last slot moves there."""

    def __init__(self, socket: DatagramSocket) -> None:
        self.errors = 0  # datagrams refused by the kernel or libsrtp
        self._socket = socket
        self._sendmmsg = find_sendmmsg()
        self._listeners: list[Listener] = []
        self._slots: dict[int, int] = {}
        self._contexts: list[Any] = []
        self._sessions: list[Session] = []  # own the memory to which `_contexts` point
        self._capacity = 0
        self._messages = np.zeros((0, MMSGHDR), np.uint64)
        self._grow(FIRST_SLOTS)

    def __len__(self) -> int:
        return len(self._listeners)

    def add(self, listener: Listener) -> None:
        if listener.srtp is None or id(listener) in self._slots:
            return
        slot = len(self._listeners)
        if slot == self._capacity:
            self._grow(2 * self._capacity)
        self._slots[id(listener)] = slot
        self._listeners.append(listener)
        self._sessions.append(listener.srtp)
        self._contexts.append(context_of(listener.srtp))
        stream = listener.stream
        header = HEADER.pack(VERSION << 6, stream.payload_type, 0, 0, stream.ssrc)
        self._packets[slot, : HEADER.size] = np.frombuffer(header, np.uint8)
        self._sequence[slot] = stream.sequence_number
        self._sent[slot] = stream.packets
        self._octets[slot] = stream.octets
        self.update_path(listener)

    def update_path(self, listener: Listener) -> None:
        slot = self._slots.get(id(listener))
        if slot is None or listener.path is None:
            return
        name = sockaddr(self._socket.family, listener.path)
        control = control_message(self._socket.control, listener.path)
        self._names[slot, : len(name)] = np.frombuffer(name, np.uint8)
        self._controls[slot, : len(control)] = np.frombuffer(control, np.uint8)
        self._messages[slot, NAME_LENGTH] = len(name)
        self._messages[slot, CONTROL_LENGTH] = len(control)

    def remove(self, listener: Listener) -> None:
        if id(listener) not in self._slots:
            return
        self.sync(listener)
        hole = self._slots.pop(id(listener))
        last = len(self._listeners) - 1
        if hole != last:
            for array in self._per_slot():
                array[hole] = array[last]
            for words in (NAME_LENGTH, CONTROL_LENGTH):
                self._messages[hole, words] = self._messages[last, words]
            self._listeners[hole] = self._listeners[last]
            self._sessions[hole] = self._sessions[last]
            self._contexts[hole] = self._contexts[last]
            self._slots[id(self._listeners[hole])] = hole
        self._listeners.pop()
        self._sessions.pop()
        self._contexts.pop()

    def sync(self, listener: Listener) -> None:
        slot = self._slots.get(id(listener))
        if slot is not None:
            stream = listener.stream
            stream.sequence_number = int(self._sequence[slot])
            stream.packets = int(self._sent[slot])
            stream.octets = int(self._octets[slot])

    def send(self, payload: bytes, timestamp: int) -> int:
        count, size = len(self._listeners), len(payload)
        if not count:
            return 0
        if size > MAX_PAYLOAD:
            raise ValueError("longer than an Opus packet")
        self._write(count, payload, timestamp)
        self._encrypt(count, HEADER.size + size)
        self._sent[:count] += 1
        self._octets[:count] += size
        return self._flush(count)

    def _write(self, count: int, payload: bytes, timestamp: int) -> None:
        start = HEADER.size
        self._sequence[:count] += 1
        big_endian = self._sequence[:count].astype(">u2").view(np.uint8)
        self._packets[:count, 2:4] = big_endian.reshape(count, 2)
        self._packets[:count, 4:8] = np.frombuffer(struct.pack(">I", timestamp), np.uint8)
        self._packets[:count, start : start + len(payload)] = np.frombuffer(payload, np.uint8)

    def _encrypt(self, count: int, size: int) -> None:
        self._lengths[:count] = size
        # `map` stops at the end of the shortest iterable, which is `_contexts`.
        statuses = list(map(lib.srtp_protect, self._contexts, self._pointers, self._length_at))
        self._vectors[:count, 1] = self._lengths[:count]
        if any(statuses):  # never send an unencrypted packet; send an empty datagram instead
            failed = np.flatnonzero(np.array(statuses))
            self._vectors[failed, 1] = 0
            self.errors += len(failed)

    def _flush(self, count: int) -> int:
        """Send all messages; the kernel accepts at most 1024 per call, and stops at an error."""
        at = accepted = 0
        base: int = self._messages.ctypes.data
        while at < count:
            sent = self._sendmmsg(self._socket.fileno(), base + at * 8 * MMSGHDR, count - at, 0)
            if sent > 0:
                at += sent
                accepted += sent
                continue
            problem = ctypes.get_errno()
            if problem == errno.EINTR:
                continue
            if problem in (errno.EAGAIN, errno.ENOBUFS):  # the send buffer is full: drop the rest
                self.errors += count - at
                break
            self.errors += 1
            at += 1
        return accepted

    def _per_slot(self) -> tuple[Any, ...]:
        return (
            self._packets, self._names, self._controls, self._sequence, self._sent, self._octets,
        )  # fmt: skip

    def _grow(self, capacity: int) -> None:
        before = self._per_slot() if self._capacity else ()
        lengths = self._messages[:, [NAME_LENGTH, CONTROL_LENGTH]]
        self._packets = np.zeros((capacity, STRIDE), np.uint8)
        self._names = np.zeros((capacity, SOCKADDR), np.uint8)
        self._controls = np.zeros((capacity, CONTROL), np.uint8)
        self._sequence = np.zeros(capacity, np.uint16)
        self._sent = np.zeros(capacity, np.uint64)
        self._octets = np.zeros(capacity, np.uint64)
        for old, new in zip(before, self._per_slot(), strict=False):
            new[: self._capacity] = old
        self._lengths = np.zeros(capacity, np.int32)
        self._vectors = np.zeros((capacity, 2), np.uint64)
        self._messages = np.zeros((capacity, MMSGHDR), np.uint64)
        self._link(capacity)
        self._messages[: self._capacity, [NAME_LENGTH, CONTROL_LENGTH]] = lengths
        self._capacity = capacity

    def _link(self, capacity: int) -> None:
        """Write the pointers into the message headers, once per allocation of the arrays."""
        slots = np.arange(capacity, dtype=np.uint64)
        packets = self._packets.ctypes.data
        self._vectors[:, 0] = packets + slots * STRIDE
        self._messages[:, 0] = self._names.ctypes.data + slots * SOCKADDR
        self._messages[:, VECTOR] = self._vectors.ctypes.data + slots * 16
        self._messages[:, VECTOR + 1] = 1
        self._messages[:, CONTROL_AT] = self._controls.ctypes.data + slots * CONTROL
        lengths = self._lengths.ctypes.data
        self._pointers = [ffi.cast("void *", packets + i * STRIDE) for i in range(capacity)]
        self._length_at = [ffi.cast("int *", lengths + 4 * i) for i in range(capacity)]
