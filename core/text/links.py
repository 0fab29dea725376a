"""Which addresses in a text become links, and which lead to a page of this site.
`core.text.link_detection` finds where they begin and end.

This is strict on purpose, because browsers repair what they read: a backslash becomes a slash, a
tab is dropped, and `//evil.example` is another site. An address that they would repair is no link,
and an address counts as one of this site only if its path cannot lead elsewhere.
static/js/lib/addresses.js has the same rules; both pass the table in tests/address_cases.py.
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

REPAIRED = re.compile(r"[\\\s\x00-\x1f\x7f-\x9f]")  # by browsers
DEFAULT_PORTS = {"http": 80, "https": 443}
OWN_PATH = re.compile(r"/(?!/).*")


def is_link(address: str) -> bool:
    """Whether it is a web address that does not hide its host, as "https://ours@evil.example"."""
    parts = _split(address)
    if parts is None or parts.scheme not in ("http", "https") or "@" in parts.netloc:
        return False
    return parts.netloc.isascii() or punycode(parts.hostname or "") != ""


def own_path(address: str) -> str:
    """Return path, query and fragment if it is an address of this site, else ""."""
    parts = _split(address)
    if parts is None or not is_link(address) or not _is_ours(parts):
        return ""
    path = parts._replace(scheme="", netloc="", path=parts.path or "/").geturl()
    return path if is_path(path) else ""


def path_here(address: str) -> str:
    """Return the path of an address that leads to this site, maybe by a redirect: with http for
    https, or with another host of `ALLOWED_HOSTS`; else "". Look it up, but never redirect to it.
    """
    address = address.strip()
    parts = _split(address)
    if parts is None or not is_link(address) or not _leads_here(parts):
        return ""
    path = unquote(parts.path) or "/"
    return path if is_path(path) else ""


def is_path(target: str) -> bool:
    """Whether it is a path that stays on this site."""
    return OWN_PATH.fullmatch(target) is not None and not REPAIRED.search(target)


def is_target(target: str) -> bool:
    """Whether it is safe to redirect to: it stays on this site."""
    return is_path(target) or own_path(target) != ""


def linked(text: str) -> SafeString:
    """Return the text with its addresses as links, which open a new tab and are marked nofollow."""
    return with_links(text, address=external_link, mention=plain_mention)


def isolated(text: str) -> SafeString:
    """Return the text for the inside of a link or a button, which can't contain other links."""
    return with_links(text, address=lambda each: left_to_right(shown(each)), mention=plain_mention)


def with_links(
    text: str, *, address: Callable[[str], SafeString], mention: Callable[[str, str], SafeString]
) -> SafeString:
    """Return the escaped text, its addresses and mentions replaced by what the functions return."""
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


def plain_mention(mention: str, handle: str) -> SafeString:
    """Return a mention that is no link."""
    return left_to_right(mention)


def left_to_right(words: str) -> SafeString:
    """Isolate it: in right-to-left text the "@" of a handle would move behind it."""
    return format_html('<bdi dir="ltr">{}</bdi>', words)


def external_link(address: str, *, limit: int | None = None) -> SafeString:
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
