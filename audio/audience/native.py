"""The native functions that `LocalAudience` calls, and the check that they work on this system.

`srtp_protect` is called through a private binding of pylibsrtp, which is only used if it produces
the same bytes as the public `Session.protect`.
"""

import ctypes
import os
import socket
import struct
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from pylibsrtp import Session

from audio.transport.rtp import HEADER, VERSION
from audio.transport.socket import Path
from audio.transport.srtp import PROFILES, outbound

try:
    from pylibsrtp._binding import ffi as ffi
    from pylibsrtp._binding import lib as lib
except ImportError:  # another build of pylibsrtp
    ffi = lib = None

SOCKADDR = 28  # bytes of a sockaddr_in6, which is larger than a sockaddr_in
CONTROL = 40  # bytes of a control message with an in6_pktinfo

_CMSG = struct.Struct("=Qii")


def is_available() -> bool:
    """Return True if this system has everything that `LocalAudience` needs."""
    return (
        sys.platform == "linux"
        and sys.byteorder == "little"
        and ctypes.sizeof(ctypes.c_void_p) == 8
        and hasattr(ctypes.CDLL(None), "sendmmsg")
        and _protects_in_place()
    )


def _protects_in_place() -> bool:
    """Return True if the private binding gives the same bytes as `Session.protect`."""
    if lib is None:
        return False
    for profile in PROFILES:
        key = os.urandom(profile.key + profile.salt)
        packet = HEADER.pack(VERSION << 6, 111, 1, 960, 1) + bytes(range(100))
        buffer = np.zeros(256, np.uint8)
        buffer[: len(packet)] = np.frombuffer(packet, np.uint8)
        length = ffi.new("int *", len(packet))
        session = outbound(key, profile)
        try:
            at = ffi.cast("void *", buffer.ctypes.data)
            if lib.srtp_protect(context_of(session), at, length) != lib.srtp_err_status_ok:
                return False
        except (AttributeError, TypeError):
            return False
        if buffer[: length[0]].tobytes() != outbound(key, profile).protect(packet):
            return False
    return True


def context_of(session: Session) -> Any:
    return session._srtp[0]


def find_sendmmsg() -> Callable[[int, int, int, int], int]:
    sendmmsg = ctypes.CDLL(None, use_errno=True).sendmmsg
    sendmmsg.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_uint, ctypes.c_int]
    sendmmsg.restype = ctypes.c_int
    call: Callable[[int, int, int, int], int] = sendmmsg
    return call


def sockaddr(family: int, path: Path) -> bytes:
    host, port = path.remote[:2]
    if family == socket.AF_INET:
        address = socket.inet_aton(host)
        return struct.pack("=H", socket.AF_INET) + struct.pack(">H", port) + address + bytes(8)
    flow, scope = path.remote[2:] if len(path.remote) == 4 else (0, 0)
    address = socket.inet_pton(socket.AF_INET6, host.partition("%")[0])
    head = struct.pack("=H", socket.AF_INET6) + struct.pack(">HI", port, flow)
    return head + address + struct.pack("=I", scope)


def control_message(kind: tuple[int, int], path: Path) -> bytes:
    """Return the control message that sends a datagram from the path's local address; b"" if this
    address is unknown, and the system chooses one. `kind` is the message's level and type."""
    if not path.local:
        return b""
    size = _CMSG.size + len(path.local)
    return _CMSG.pack(size, *kind) + path.local + bytes(-size % 8)
