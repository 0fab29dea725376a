"""Which host names the site answers to, and which pages may open its sockets and post its forms.

Loopback names are for a demo or a developer. On a public site they would let any page that somebody
serves on a visitor's own machine act in the name of that visitor.
"""

import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]")


def allowed_hosts(given: list[str], *, base_url: str, local: bool) -> list[str]:
    """`local`: DEMO or DEBUG. What is not `given` follows from BASE_URL."""
    own = urlsplit(base_url).hostname or ""
    own = f"[{own}]" if ":" in own else own
    if given:
        _refuse_loopback("ALLOWED_HOSTS", given, own=own, local=local)
        return given
    return [own, *(LOOPBACK_HOSTS if local else ())]


def allowed_origins(given: list[str], *, base_url: str, port: int, local: bool) -> list[str]:
    if given:
        _refuse_loopback("ALLOWED_ORIGINS", given, own=base_url, local=local)
        return given
    loopback = [f"http://{host}:{port}" for host in LOOPBACK_HOSTS] if local else []
    return [base_url, *loopback]


def is_loopback(host: str) -> bool:
    host = host.strip("[]").rstrip(".")
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return address.is_loopback or address.is_unspecified  # browsers take 0.0.0.0 for this machine


def _refuse_loopback(name: str, given: Iterable[str], *, own: str, local: bool) -> None:
    for entry in given:
        host = urlsplit(entry if "://" in entry else f"//{entry}").hostname or entry
        if not local and entry != own and is_loopback(host):
            raise ImproperlyConfigured(
                f"{name} names {entry}, which is this machine: only with DEMO=1 or DEBUG=1."
            )
