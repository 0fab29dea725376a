"""Where a request or a socket comes from, for what is counted by address."""

from typing import Any

from allauth.account.adapter import get_adapter
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from core.rates import network

SALT = "accounts.addresses"  # where this module stood: another one would give other tokens
TOKEN_LENGTH = 16


def network_of(request: HttpRequest) -> str:
    """The address that the outermost of our proxies saw, as `rates.network` counts it."""
    return network(get_adapter().get_client_ip(request))


def token(network: str) -> str:
    """Stands for a network where it is counted by another process: the same each time, and nobody
    without the SECRET_KEY reads the address from it. "" for one that is not known."""
    if not network:
        return ""
    return salted_hmac(SALT, network).hexdigest()[:TOKEN_LENGTH]


def network_of_socket(scope: Any) -> str:
    """The same for an ASGI scope. A proxy that doesn't say whom it saw counts as one address."""
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
