"""The network from which a request or a socket comes, for everything that is counted by it."""

from typing import Any

from allauth.account.adapter import get_adapter
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from core.rates import network

SALT = "accounts.addresses"  # fixed: with another one, tokens would change
TOKEN_LENGTH = 16


def network_of(request: HttpRequest) -> str:
    """Return the network of the address that our outermost proxy saw (see `rates.network`)."""
    return network(get_adapter().get_client_ip(request))


def token(network: str) -> str:
    """Return a token for a network that other processes can count, or "" for an unknown one. It is
    the same each time, and only the SECRET_KEY could reveal the address."""
    if not network:
        return ""
    return salted_hmac(SALT, network).hexdigest()[:TOKEN_LENGTH]


def network_of_socket(scope: Any) -> str:
    """As `network_of`, of an ASGI scope. A proxy that sends no address counts as one network."""
    client = scope.get("client")
    peer = str(client[0]) if client else ""
    forwarded = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
    request = HttpRequest()
    request.META["REMOTE_ADDR"] = peer
    if forwarded:
        request.META["HTTP_X_FORWARDED_FOR"] = b",".join(forwarded).decode("latin-1")
    try:
        return network_of(request)
    except (ImproperlyConfigured, PermissionDenied):
        return network(peer)
