"""Datagrams in contiguous arrays. libsrtp encrypts them there in place, and the kernel sends them
from there with `sendmmsg`."""

import ctypes
import errno

import numpy as np

from audio.audience.native import CONTROL, SOCKADDR, ffi, find_sendmmsg
from audio.transport.socket import DatagramSocket

STRIDE = 1344  # bytes per slot, with header and tag; a multiple of a cache line's 64 bytes
MMSGHDR = 8  # 64-bit words in a struct mmsghdr on 64-bit Linux
NAME_LENGTH, VECTOR, CONTROL_AT, CONTROL_LENGTH = 1, 2, 4, 5  # words of a struct mmsghdr


class Messages:
    """Slots for datagrams, each with its destination and its message header."""

    def __init__(self, socket: DatagramSocket) -> None:
        self.errors = 0  # datagrams refused by the kernel or libsrtp
        self._socket = socket
        self._sendmmsg = find_sendmmsg()

    def _allocate(self, capacity: int) -> None:
        self._packets = np.zeros((capacity, STRIDE), np.uint8)
        self._names = np.zeros((capacity, SOCKADDR), np.uint8)
        self._controls = np.zeros((capacity, CONTROL), np.uint8)
        self._lengths = np.zeros(capacity, np.int32)
        self._vectors = np.zeros((capacity, 2), np.uint64)
        self._messages = np.zeros((capacity, MMSGHDR), np.uint64)

    def _link(self) -> None:
        """Write the pointers into the message headers, once per allocation of the arrays."""
        capacity = len(self._messages)
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
        self._base: int = self._messages.ctypes.data

    def _flush(self, count: int) -> int:
        """Send the messages in the first slots; return how many the kernel accepted. It accepts at
        most 1024 per call, and stops at an error."""
        at = accepted = 0
        while at < count:
            first = self._base + at * 8 * MMSGHDR
            sent = self._sendmmsg(self._socket.fileno(), first, count - at, 0)
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
