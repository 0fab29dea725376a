"""The allowed hosts, and the allowed origins of forms and sockets.

Loopback names are allowed only with DEMO or DEBUG, or if BASE_URL itself has one. On a public site,
they would allow any page that is served on a visitor's own machine to act on that visitor's behalf.
"""

import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]")


def allowed_hosts(given: list[str], *, base_url: str, local: bool) -> list[str]:
    """Return the `given` hosts or, without any, the host of BASE_URL and, if `local`, loopback.

    `local` is DEMO or DEBUG. Raise ImproperlyConfigured for a given loopback name that is not
    allowed.
    """
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
    return address.is_loopback or address.is_unspecified  # browsers use 0.0.0.0 as loopback


def _refuse_loopback(name: str, given: Iterable[str], *, own: str, local: bool) -> None:
    for entry in given:
        host = urlsplit(entry if "://" in entry else f"//{entry}").hostname or entry
        if not local and entry != own and is_loopback(host):
            raise ImproperlyConfigured(
                f"{name} contains {entry}, which is this machine. That needs DEMO=1 or DEBUG=1."
            )
