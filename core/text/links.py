"""Addresses in people's words: which become links, and which lead to a page of this site.
Where they begin and end is `core.text.link_detection`.

Strict on purpose, because browsers repair what they read: a backslash becomes a slash, a tab is
dropped, and `//evil.example` is another site. What they would have to repair is no link, and an
address of ours is one only if the path that is left of it stays here. The same rules hold in
static/js/lib/addresses.js; tests/address_cases.py is the table that both pass.
"""

import re
from collections.abc import Callable
from urllib.parse import SplitResult, unquote, urlsplit

from django.conf import settings
from django.http.request import validate_host
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core.text.link_detection import addresses_in
from core.text.mentions import mentions_in
from core.text.shown_addresses import punycode, shown

REPAIRED = re.compile(r"[\\\s\x00-\x1f\x7f-\x9f]")  # by browsers, before they read an address
DEFAULT_PORTS = {"http": 80, "https": 443}
OWN_PATH = re.compile(r"/(?!/).*")


def is_link(address: str) -> bool:
    """Of the web, and of the host that it seems to be, unlike "https://ours.example@evil.example"."""
    parts = _split(address)
    if parts is None or parts.scheme not in ("http", "https") or "@" in parts.netloc:
        return False
    return parts.netloc.isascii() or punycode(parts.hostname or "") != ""


def own_path(address: str) -> str:
    """Path, query and fragment of an address of this site, else ""."""
    parts = _split(address)
    if parts is None or not is_link(address) or not _is_ours(parts):
        return ""
    path = parts._replace(scheme="", netloc="", path=parts.path or "/").geturl()
    return path if is_path(path) else ""


def path_here(address: str) -> str:
    """The path of an address that leads here, if need be by a redirect: by http for https, or by
    another name of `ALLOWED_HOSTS`; else "". For looking up what it names, not for sending anyone.
    """
    address = address.strip()
    parts = _split(address)
    if parts is None or not is_link(address) or not _leads_here(parts):
        return ""
    path = unquote(parts.path) or "/"
    return path if is_path(path) else ""


def is_path(target: str) -> bool:
    """Whether it leads to a page of this site wherever it stands."""
    return OWN_PATH.fullmatch(target) is not None and not REPAIRED.search(target)


def is_target(target: str) -> bool:
    """Whether one may be sent there: what a request asks for leads to no other site."""
    return is_path(target) or own_path(target) != ""


def linked(text: str) -> SafeString:
    """The text with its addresses as links that open beside; we vouch for none of them."""
    return woven(text, address=elsewhere, mention=named)


def isolated(text: str) -> SafeString:
    """The text where it stands in a link or a button, which can hold no other link."""
    return woven(text, address=lambda each: left_to_right(shown(each)), mention=named)


def woven(
    text: str, *, address: Callable[[str], SafeString], mention: Callable[[str, str], SafeString]
) -> SafeString:
    """The text, escaped, with what is made of each address, and of each mention and its handle."""
    pieces = [
        (start, stop, address(each)) for start, stop, each in addresses_in(text) if is_link(each)
    ]
    pieces += [
        (start, stop, mention(text[start:stop], handle))
        for start, stop, handle in mentions_in(text)
    ]
    written: list[SafeString | str] = []
    end = 0
    for start, stop, piece in sorted(pieces):
        written += [text[end:start], piece]
        end = stop
    return format_html_join("", "{}", ((piece,) for piece in [*written, text[end:]]))


def named(mention: str, handle: str) -> SafeString:
    """A handle that is no link."""
    return left_to_right(mention)


def left_to_right(words: str) -> SafeString:
    """In a line from right to left the "@" of a handle would move behind it."""
    return format_html('<bdi dir="ltr">{}</bdi>', words)


def elsewhere(address: str, *, limit: int | None = None) -> SafeString:
    link = '<a href="{}" target="_blank" rel="noopener nofollow ugc" dir="ltr">{}</a>'
    return format_html(link, address, shown(address, limit=limit))


def _split(address: str) -> SplitResult | None:
    if REPAIRED.search(address):
        return None
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:  # "http://[", "http://here:99999" and the like
        return None
    return parts if parts.netloc else None


def _leads_here(parts: SplitResult) -> bool:
    origins = [urlsplit(origin) for origin in settings.ALLOWED_ORIGINS]
    hosts = [host for host in settings.ALLOWED_HOSTS if host != "*"]
    hosts += [origin.hostname or "" for origin in origins]
    ports = {_port(origin) for origin in origins}
    if ports & {*DEFAULT_PORTS.values()}:
        ports |= {*DEFAULT_PORTS.values()}
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    return validate_host(host, hosts) and _port(parts) in ports


def _port(parts: SplitResult) -> int | None:
    return parts.port or DEFAULT_PORTS.get(parts.scheme)


def _is_ours(parts: SplitResult) -> bool:
    return f"{parts.scheme}://{parts.netloc}".lower() in settings.ALLOWED_ORIGINS
