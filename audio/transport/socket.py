"""The node's UDP socket. Each datagram has a path, on which it arrived and replies are sent."""

import ipaddress
import socket
import struct
import sys
from collections.abc import Iterator
from typing import NamedTuple

BUFFER = 4 << 20  # bytes in each direction; one tick of a large audience must fit
MAX_DATAGRAM = 1500  # bytes; longer ones are discarded

_IN_PKTINFO = struct.Struct("=I4s4s")  # interface, source address to use, destination address
_IN6_PKTINFO = struct.Struct("=16sI")  # destination address, interface

# Linux constants that the standard library lacks, or has in newer versions only.
_IP_PKTINFO = 8
_SO_SNDBUFFORCE, _SO_RCVBUFFORCE = 32, 33
_TRUNCATED = int(socket.MSG_TRUNC)  # an IntFlag is slow to compare
_IS_LINUX = sys.platform == "linux"


class Path(NamedTuple):
    """The remote and the local address of a datagram.

    `remote` is a socket address. `local` is the control data (IP_PKTINFO) that sends replies from
    the local address that the datagram was sent to; empty where the system does not support it.
    """

    remote: tuple[str, int] | tuple[str, int, int, int]
    local: bytes = b""

    @property
    def source(self) -> str:
        """Return the remote IP address without the port, as the key of rate limits."""
        return self.remote[0]


class DatagramSocket:
    """A non-blocking UDP socket; for IPv4 and IPv6 if `host` is "::"."""

    def __init__(self, host: str, port: int) -> None:
        """Raises OSError if the port is taken."""
        self._socket = _bind(host, port)
        self._socket.setblocking(False)
        _enlarge(self._socket)
        self.family = self._socket.family
        self.port: int = self._socket.getsockname()[1]
        if self.family == socket.AF_INET6:
            self.control = (socket.IPPROTO_IPV6, getattr(socket, "IPV6_PKTINFO", 50))
            option = getattr(socket, "IPV6_RECVPKTINFO", 49)
        else:
            self.control = (socket.IPPROTO_IP, _IP_PKTINFO)
            option = _IP_PKTINFO
        if _IS_LINUX:
            self._socket.setsockopt(self.control[0], option, 1)
        self._control_size = socket.CMSG_SPACE(_IN6_PKTINFO.size) if _IS_LINUX else 0

    def fileno(self) -> int:
        return self._socket.fileno()

    def path_to(self, address: str, port: int) -> Path:
        """Return the path to an IP address. Raises ValueError if this socket can't reach it."""
        ip = ipaddress.ip_address(address)
        if self.family == socket.AF_INET6:
            return Path((f"::ffff:{ip}" if ip.version == 4 else str(ip), port, 0, 0))
        if ip.version == 6:
            raise ValueError("an IPv4 socket can't send to an IPv6 address")
        return Path((str(ip), port))

    def receive(self, limit: int) -> Iterator[tuple[bytes, Path]]:
        """Yield at most `limit` of the waiting datagrams."""
        for _ in range(limit):
            try:
                data, control, flags, remote = self._socket.recvmsg(
                    MAX_DATAGRAM, self._control_size
                )
            except (BlockingIOError, InterruptedError):
                return
            except OSError:  # an ICMP error caused by an earlier datagram
                continue
            if data and not flags & _TRUNCATED:
                yield data, Path(remote, self._pin(control))

    def send(self, data: bytes, path: Path) -> bool:
        """Send a datagram; return True if the kernel accepted it."""
        control = [(*self.control, path.local)] if path.local else []
        try:
            self._socket.sendmsg([data], control, 0, path.remote)
        except OSError:
            return False
        return True

    def close(self) -> None:
        self._socket.close()

    def _pin(self, control: list[tuple[int, int, bytes]]) -> bytes:
        for level, kind, data in control:
            if (level, kind) != self.control:
                continue
            if self.family == socket.AF_INET:
                return _IN_PKTINFO.pack(0, _IN_PKTINFO.unpack(data)[1], bytes(4))
            address, interface = _IN6_PKTINFO.unpack(data)
            link_local = address[:2] == b"\xfe\x80"
            return _IN6_PKTINFO.pack(address, interface if link_local else 0)
        return b""


def local_addresses(host: str, advertise: list[str]) -> list[str]:
    """Return the IP addresses for host candidates, best first.

    Loopback is included, so that the site can be tried on a machine without a network. It is left
    out if public addresses are advertised, since browsers may treat a public page that connects to
    loopback as an attack on the local machine.
    """
    if advertise:
        found = [str(ipaddress.ip_address(address)) for address in advertise]
    elif ipaddress.ip_address(host).is_unspecified:
        found = [
            address
            for family, probe in _PROBES
            if (address := _route(family, probe)) and (":" in host or family == socket.AF_INET)
        ]
    else:
        found = [host]
    if advertise and all(ipaddress.ip_address(address).is_global for address in found):
        return found
    return [address for address in found if address != "127.0.0.1"] + ["127.0.0.1"]


def internal_address(host: str, configured: str) -> str:
    """Return the IP address at which other nodes reach this one. Raises ValueError for a malformed
    address."""
    if configured or not ipaddress.ip_address(host).is_unspecified:
        return str(ipaddress.ip_address(configured or host))
    found = (_route(family, probe) for family, probe in _PROBES)
    return next((address for address in found if address), "127.0.0.1")


# Documentation addresses: connecting a UDP socket reads the routing table and sends nothing.
_PROBES = ((socket.AF_INET, "198.51.100.1"), (socket.AF_INET6, "2001:db8::1"))


def _route(family: socket.AddressFamily, probe: str) -> str | None:
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as unused:
            unused.connect((probe, 9))
            address: str = unused.getsockname()[0]
    except OSError:
        return None
    return None if ipaddress.ip_address(address).is_link_local else address


def _bind(host: str, port: int) -> socket.socket:
    if ":" in host and socket.has_ipv6:
        try:
            bound = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        except OSError:  # the kernel does not support IPv6
            if host != "::":
                raise
        else:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(host != "::"))
            return _bound(bound, host, port)
    return _bound(
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM), "" if host == "::" else host, port
    )


def _bound(unbound: socket.socket, host: str, port: int) -> socket.socket:
    try:
        unbound.bind((host, port))
    except OSError:
        unbound.close()
        raise
    return unbound


def _enlarge(opened: socket.socket) -> None:
    """Enlarge the buffers; with the privilege, the FORCE options may exceed net.core.wmem_max."""
    for plain, force in ((socket.SO_RCVBUF, _SO_RCVBUFFORCE), (socket.SO_SNDBUF, _SO_SNDBUFFORCE)):
        try:
            opened.setsockopt(socket.SOL_SOCKET, force if _IS_LINUX else plain, BUFFER)
        except PermissionError:
            opened.setsockopt(socket.SOL_SOCKET, plain, BUFFER)
