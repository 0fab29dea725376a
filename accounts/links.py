"""Addresses in people's words: which become links, and which lead to a page of this site.

Strict on purpose, because browsers repair what they read: a backslash becomes a slash, a tab is
dropped, and `//evil.example` is another site. What they would have to repair is no link, and an
address of ours is one only if the path that is left of it stays here. The same rules hold in
static/js/addresses.js; tests/addresses.py is the table that both pass.
"""

import re
from collections.abc import Iterator
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WRITTEN = r"\bhttps?://[^\s<>\"']+"
ADDRESS = re.compile(WRITTEN, re.IGNORECASE)
TRAILING = ".,:;!?»”’"  # belongs to the sentence
REPAIRED = re.compile(r"[\\\s\x00-\x1f\x7f-\x9f]")  # by browsers, before they read an address
OWN_PATH = re.compile(r"/(?!/).*")


def addresses_in(text: str) -> Iterator[tuple[int, int, str]]:
    """Where each begins and ends, and what it is."""
    for match in ADDRESS.finditer(text):
        address = trimmed(match[0])
        yield match.start(), match.start() + len(address), address


def trimmed(address: str) -> str:
    """A closing bracket belongs to the address only if the address opened it."""
    address = address.rstrip(TRAILING)
    while address.endswith(")") and address.count(")") > address.count("("):
        address = address[:-1].rstrip(TRAILING)
    return address


def is_link(address: str) -> bool:
    """Of the web, and of the host that it seems to be, unlike "https://ours.example@evil.example"."""
    parts = _split(address)
    return parts is not None and parts.scheme in ("http", "https") and "@" not in parts.netloc


def own_path(address: str) -> str:
    """Path, query and fragment of an address of this site, else ""."""
    parts = _split(address)
    if parts is None or not is_link(address) or not _is_ours(parts):
        return ""
    path = parts._replace(scheme="", netloc="", path=parts.path or "/").geturl()
    return path if is_path(path) else ""


def is_path(target: str) -> bool:
    """Whether it leads to a page of this site wherever it stands."""
    return OWN_PATH.fullmatch(target) is not None and not REPAIRED.search(target)


def is_target(target: str) -> bool:
    """Whether one may be sent there: what a request asks for leads to no other site."""
    return is_path(target) or own_path(target) != ""


def linked(text: str) -> SafeString:
    """The text with its addresses as links that open beside; we vouch for none of them."""
    pieces: list[str] = []
    end = 0
    for start, stop, address in addresses_in(text):
        if is_link(address):
            pieces += [text[end:start], elsewhere(address, address)]
            end = stop
    return format_html_join("", "{}", ((piece,) for piece in [*pieces, text[end:]]))


def elsewhere(address: str, words: str) -> SafeString:
    link = '<a href="{}" target="_blank" rel="noopener nofollow ugc" dir="ltr">{}</a>'
    return format_html(link, address, words)


def _split(address: str) -> SplitResult | None:
    if REPAIRED.search(address):
        return None
    try:
        parts = urlsplit(address)
    except ValueError:  # "http://[" and the like
        return None
    return parts if parts.netloc else None


def _is_ours(parts: SplitResult) -> bool:
    return f"{parts.scheme}://{parts.netloc}".lower() in settings.ALLOWED_ORIGINS
