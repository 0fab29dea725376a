"""The network that a request or a socket comes from, for limits per network."""

from functools import lru_cache
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from core.rates import network

SALT = "accounts.addresses"  # must not change, because tokens would change with it
TOKEN_LENGTH = 16
ADDRESSES = 4096  # addresses of sockets whose network a process keeps; a page opens several sockets


def network_of(request: HttpRequest) -> str:
    """Return the network of the IP address from which our outermost proxy received the request.

    `rates.network` defines what a network is.
    """
    return network(get_adapter().get_client_ip(request))


def token(network: str) -> str:
    """Return a token with which other processes can count connections per network.

    A network always has the same token, from which nobody can find the IP address without the
    SECRET_KEY. For an unknown network, return "".
    """
    if not network:
        return ""
    return salted_hmac(SALT, network).hexdigest()[:TOKEN_LENGTH]


def network_of_socket(scope: Any) -> str:
    """Return the network of an ASGI scope; see `network_of`.

    If the proxy forwards no IP address, all its connections count as one network.
    """
    client = scope.get("client")
    forwarded = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
    return _network_of(
        str(client[0]) if client else "",
        b",".join(forwarded) if forwarded else None,
        settings.ALLAUTH_TRUSTED_PROXY_COUNT,
    )


@lru_cache(ADDRESSES)
def _network_of(peer: str, forwarded: bytes | None, trusted_proxies: int) -> str:
    """`trusted_proxies` is the setting that allauth reads; another value has other results."""
    request = HttpRequest()
    request.META["REMOTE_ADDR"] = peer
    if forwarded is not None:
        request.META["HTTP_X_FORWARDED_FOR"] = forwarded.decode("latin-1")
    try:
        return network_of(request)
    except (ImproperlyConfigured, PermissionDenied):
        return network(peer)
