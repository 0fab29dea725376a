"""Decide which URLs in a text become links, and which of them lead to a page of this site.
`core.text.link_detection` finds where the URLs begin and end.

The rules are strict, because browsers repair URLs: a backslash becomes a slash, a tab is dropped,
and `//evil.example` is another site. A URL that browsers would repair does not become a link, and a
URL counts as one of this site only if its path cannot lead to another site.
static/js/lib/addresses.js has the same rules; both are tested with the table in
tests/address_cases.py.
"""

import re
from collections.abc import Callable
from urllib.parse import SplitResult, unquote, urlsplit

from django.conf import settings
from django.http.request import validate_host
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core.text.link_detection import urls_in
from core.text.mentions import mentions_in
from core.text.shown_addresses import punycode, shown

REPAIRED = re.compile(r"[\\\s\x00-\x1f\x7f-\x9f]")  # characters that browsers repair
DEFAULT_PORTS = {"http": 80, "https": 443}
OWN_PATH = re.compile(r"/(?!/).*")


def is_link(address: str) -> bool:
    """Return whether this is a web URL that shows its real host, unlike "https://ours@evil.example"."""
    parts = _split(address)
    if parts is None or parts.scheme not in ("http", "https") or "@" in parts.netloc:
        return False
    return parts.netloc.isascii() or punycode(parts.hostname or "") != ""


def own_path(address: str) -> str:
    """Return path, query and fragment of a URL of this site; "" for any other URL."""
    parts = _split(address)
    if parts is None or not is_link(address) or not _is_ours(parts):
        return ""
    path = parts._replace(scheme="", netloc="", path=parts.path or "/").geturl()
    return path if is_path(path) else ""


def path_on_this_site(address: str) -> str:
    """Return the path of a URL that leads to this site; "" for any other URL.

    The URL may lead to this site by a redirect: it may have http instead of https, or another host
    of `ALLOWED_HOSTS`. Use the path only to find a page, never as a redirect target.
    """
    address = address.strip()
    parts = _split(address)
    if parts is None or not is_link(address) or not _leads_here(parts):
        return ""
    path = unquote(parts.path) or "/"
    return path if is_path(path) else ""


def is_path(target: str) -> bool:
    """Return whether this is a path that stays on this site."""
    return OWN_PATH.fullmatch(target) is not None and not REPAIRED.search(target)


def is_safe_target(target: str) -> bool:
    """Return whether this redirect target stays on this site."""
    return is_path(target) or own_path(target) != ""


def linked(text: str) -> SafeString:
    """Turn the URLs in a text into links, which open a new tab and have rel=nofollow."""
    return with_links(text, format_url=external_link, format_mention=plain_mention)


def isolated(text: str) -> SafeString:
    """Format a text for the inside of a link or a button, which can't contain other links."""
    return with_links(
        text, format_url=lambda url: left_to_right(shown(url)), format_mention=plain_mention
    )


def with_links(
    text: str,
    *,
    format_url: Callable[[str], SafeString],
    format_mention: Callable[[str, str], SafeString],
) -> SafeString:
    """Escape a text, and replace its URLs and mentions by the results of the two functions."""
    pieces = [(start, stop, format_url(url)) for start, stop, url in urls_in(text) if is_link(url)]
    pieces += [
        (start, stop, format_mention(text[start:stop], handle))
        for start, stop, handle in mentions_in(text)
    ]
    result: list[SafeString | str] = []
    end = 0
    for start, stop, piece in sorted(pieces):
        result += [text[end:start], piece]
        end = stop
    return format_html_join("", "{}", ((piece,) for piece in [*result, text[end:]]))


def plain_mention(mention: str, handle: str) -> SafeString:
    """Format a mention without a link."""
    return left_to_right(mention)


def left_to_right(text: str) -> SafeString:
    """Isolate a text, because in right-to-left text the "@" of a handle would move behind it."""
    return format_html('<bdi dir="ltr">{}</bdi>', text)


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
