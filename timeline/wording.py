"""The text of a post: find links and mentions in it, and render it as HTML."""

import re
from collections.abc import Collection

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.text import links
from core.text.link_detection import urls_in
from core.text.mentions import mentions_in
from core.text.shown_addresses import shown

SPACE_PATH = re.compile(r"/spaces/([A-Za-z0-9]{1,10})/?")
POST_PATH = re.compile(r"/@[A-Za-z0-9_]{3,15}/posts/([0-9]{1,18})/?")
SHOWN = 36  # characters of a URL that are shown
MAX_MENTIONS = 10  # per post; further handles stay plain text


def handles_in(text: str) -> list[str]:
    """Return the mentioned handles in lower case, without duplicates."""
    handles = (handle.lower() for _, _, handle in mentions_in(text))
    return list(dict.fromkeys(handles))[:MAX_MENTIONS]


def space_in(text: str) -> str:
    """Return the public id of the first Space that the text links to, or ""."""
    for _, _, address in urls_in(text):
        if found := space_of(address):
            return found
    return ""


def space_of(address: str) -> str:
    """Return the public id in a URL of one of this site's Spaces, or ""."""
    return _in_path(SPACE_PATH, address)


def post_of(address: str) -> str:
    """Return the id in a URL of one of this site's posts, or ""."""
    return _in_path(POST_PATH, address)


def as_html(text: str, *, handles: Collection[str], card_of: str = "") -> SafeString:
    """Return the text as HTML with links.

    `handles` are the mentioned handles that exist, in lower case. `card_of` is the public id of the
    Space whose card is shown below: if the text ends with its URL, that URL is left out.
    """
    text = _without_last_url(text, card_of)

    def profile(mention: str, handle: str) -> SafeString:
        exists = handle.lower() in handles
        return _profile(mention, handle) if exists else links.plain_mention(mention, handle)

    return links.with_links(text, format_url=_link, format_mention=profile)


def _profile(mention: str, handle: str) -> SafeString:
    page = reverse("accounts:profile", args=[handle])
    return format_html('<a href="{}" dir="ltr">{}</a>', page, mention)


def _link(address: str) -> SafeString:
    if path := links.own_path(address):
        return format_html('<a href="{}" dir="ltr">{}</a>', path, shown(address, limit=SHOWN))
    return links.external_link(address, limit=SHOWN)


def _without_last_url(text: str, public_id: str) -> str:
    for start, stop, address in urls_in(text) if public_id else ():
        if stop == len(text) and space_of(address) == public_id:
            return text[:start].rstrip()
    return text


def _in_path(path: re.Pattern[str], address: str) -> str:
    match = path.fullmatch(links.path_on_this_site(address))
    return match[1] if match else ""
