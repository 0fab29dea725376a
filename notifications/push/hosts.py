"""The servers to which push messages may be sent.

The URL of a subscription comes from a browser, so without a check anyone could make this site send
requests to any server, even inside its own network. So the host must be one of the known push
services (settings.PUSH_HOSTS), and each connection is made to an address that was checked just
before. Only an operator's own push service (settings.PUSH_LOCAL_HOSTS) may have a private address.
"""

import re
import socket
import time
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

MAX_LENGTH = 1000  # of a URL; the longest that browsers send (on Windows) has about 600
# Only printable ASCII, and no backslash, which parsers of URLs interpret differently.
URL = re.compile(r"https://[!-\[\]-~]+")
HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")


class NotAllowed(ValueError):
    """Push messages must not be sent there."""


def require_allowed(url: str) -> None:
    """Raise NotAllowed unless this is an https:// URL on the host of a push service."""
    if len(url) > MAX_LENGTH or not URL.fullmatch(url):
        raise NotAllowed("not a URL of a push service")
    try:
        parts = urlsplit(url)
        port = parts.port or 443
    except ValueError as error:
        raise NotAllowed("not a URL") from error
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise NotAllowed("not a URL of a push service")
    require_host(_host(parts), port)


def require_host(host: str, port: int) -> None:
    """Raise NotAllowed unless this is the host and port of a push service."""
    if not HOST.fullmatch(host):
        raise NotAllowed("not a host name")
    if _is_local(host, port):
        return
    if port != 443 or not any(_matches(host, pattern) for pattern in settings.PUSH_HOSTS):
        raise NotAllowed(f"{host}:{port} is not a known push service")


def connect(host: str, port: int, *, timeout: float) -> socket.socket:
    """Connect to a push service; raise NotAllowed if its name has a private IP address.

    `timeout` is in seconds, for all of its IP addresses together. There is no second lookup,
    because it might return another address than the one that was checked.
    """
    require_host(host, port)
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in found]
    if not _is_local(host, port):
        for address in addresses:
            if not is_public(address):
                raise NotAllowed(f"{host} has the private address {address}")
    until = time.monotonic() + timeout
    failure: OSError = TimeoutError(f"no address of {host} answered in time")
    for address in addresses:
        if (left := until - time.monotonic()) <= 0:
            break
        try:
            return socket.create_connection((address, port), left)
        except OSError as error:
            failure = error
    raise failure


def is_public(address: str) -> bool:
    """Return whether an IP address belongs to a host on the internet."""
    parsed = ip_address(address.split("%")[0])
    inner = getattr(parsed, "ipv4_mapped", None) or getattr(parsed, "sixtofour", None) or parsed
    return bool(parsed.is_global and inner.is_global and not inner.is_multicast)


def _host(parts: SplitResult) -> str:
    return (parts.hostname or "").lower()


def _is_local(host: str, port: int) -> bool:
    return f"{host}:{port}" in settings.PUSH_LOCAL_HOSTS


def _matches(host: str, pattern: str) -> bool:
    """Compare with a host name, or with "*.example": all names below it."""
    if pattern.startswith("*."):
        return host.endswith(pattern[1:])
    return host == pattern
