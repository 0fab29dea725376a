"""The words of a post: its addresses and handles become links, everything else stays text."""

import re
from collections.abc import Collection, Iterator
from urllib.parse import unquote, urlsplit

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts import links

PARTS = re.compile(
    rf"(?P<address>{links.WRITTEN})"
    r"|(?<![\w@/.])@(?P<handle>[A-Za-z0-9_]{3,15})(?![\w@])",
    re.IGNORECASE,
)
SPACE_PATH = re.compile(r"/spaces/([A-Za-z0-9]{1,10})/?")
POST_PATH = re.compile(r"/@[A-Za-z0-9_]{3,15}/posts/([0-9]{1,18})/?")
SHOWN = 36  # characters of an address
MENTIONS = 10  # of one post; further handles stay text


def handles_in(text: str) -> list[str]:
    """Who is named, each once, in lower case."""
    named = (match["handle"] for match in PARTS.finditer(text) if match["handle"])
    return list(dict.fromkeys(handle.lower() for handle in named))[:MENTIONS]


def space_in(text: str) -> str:
    """The public id of the first Space whose address stands in the text, or ""."""
    for _, _, address in links.addresses_in(text):
        if found := space_of(address):
            return found
    return ""


def space_of(address: str) -> str:
    """The public id in the address of a Space of this site, or ""."""
    return _in_path(SPACE_PATH, address)


def post_of(address: str) -> str:
    """The number in the address of a post of this site, or ""."""
    return _in_path(POST_PATH, address)


def path_of(address: str) -> str:
    """The path of an address of this site, or ""."""
    path = unquote(urlsplit(links.own_path(address)).path)
    return "" if "\0" in path else path


def as_html(text: str, *, handles: Collection[str], card_of: str = "") -> SafeString:
    """The text with links. `handles`: who exists, in lower case.

    `card_of`: the Space whose card stands below; its address at the end of the text says no more.
    """
    pieces: list[SafeString] = []
    end = 0
    text = _without_last_address(text, card_of)
    for start, stop, link in _links(text, handles):
        pieces += [format_html("{}", text[end:start]), link]
        end = stop
    pieces.append(format_html("{}", text[end:]))
    return format_html_join("", "{}", ((piece,) for piece in pieces))


def _links(text: str, handles: Collection[str]) -> Iterator[tuple[int, int, SafeString]]:
    for match in PARTS.finditer(text):
        if handle := match["handle"]:
            if handle.lower() in handles:
                page = reverse("accounts:profile", args=[handle])
                yield (
                    match.start(),
                    match.end(),
                    format_html('<a href="{}" dir="ltr">@{}</a>', page, handle),
                )
        elif link := _link(address := links.trimmed(match["address"])):
            yield match.start(), match.start() + len(address), link


def _link(address: str) -> SafeString | None:
    if not links.is_link(address):
        return None
    shown = address.split("://", 1)[1]
    shown = shown if len(shown) <= SHOWN else f"{shown[: SHOWN - 1]}…"
    if path := links.own_path(address):
        return format_html('<a href="{}" dir="ltr">{}</a>', path, shown)
    return links.elsewhere(address, shown)


def _without_last_address(text: str, public_id: str) -> str:
    for start, stop, address in links.addresses_in(text) if public_id else ():
        if stop == len(text) and space_of(address) == public_id:
            return text[:start].rstrip()
    return text


def _in_path(path: re.Pattern[str], address: str) -> str:
    match = path.fullmatch(urlsplit(links.own_path(address)).path)
    return match[1] if match else ""
