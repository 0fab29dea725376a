"""Format URLs for display, so that people can see which site a URL leads to.

A host in a script other than Latin is shown as typed only if it can't be mistaken for another host.
Otherwise it is shown in punycode, as in browsers (UTS #39, "highly restrictive").
static/js/text/shown-address.js has the same rule; both are tested with the table in
tests/address_cases.py.
"""

import re
import unicodedata
from urllib.parse import urlsplit

import idna

MAX_HOST_LENGTH = 60  # characters; of a longer host only the end is shown, which names its owner
# Scripts that one label must not mix, because some of their letters look alike.
ALONE = frozenset({"LATIN", "GREEK", "CYRILLIC"})
CJK = frozenset({"CJK", "HIRAGANA", "KATAKANA", "BOPOMOFO", "HANGUL", "IDEOGRAPHIC"})
# Letters that look like Latin letters: those in Chromium's list, and Greek letters.
LOOK_ALIKES = frozenset("асԁеһіјӏорԛѕԝхуъЬҽпгѵѡοανρτυικ")


def shown(address: str, *, limit: int | None = None) -> str:
    """Format a URL for display. With a limit, shorten it and leave out "https://".

    `links.is_link(address)` must be true.
    """
    parts = urlsplit(address)
    host = parts.hostname or ""
    name = parts.netloc if is_plain(host) else parts.netloc.lower().replace(host, punycode(host))
    path = address[len(parts.scheme) + len("://") + len(parts.netloc) :]
    if limit is None:
        return f"{parts.scheme}://{name}{path}"
    if len(name) > MAX_HOST_LENGTH:
        name = f"…{name[1 - MAX_HOST_LENGTH :]}"
    if len(name + path) <= limit:
        return name + path
    return f"{name}{path[: max(1, limit - 1 - len(name))]}…" if path else name


def is_plain(host: str) -> bool:
    """Return whether the host can be shown as typed."""
    if host.isascii():
        return True
    if unicodedata.normalize("NFKC", host) != host or not all(map(_may_be_in_a_host, host)):
        return False
    labels = host.split(".")
    if labels[-1].isascii() and any(map(_looks_latin, labels)):
        return False
    return all(map(_has_one_script, labels))


def punycode(host: str) -> str:
    """Return the host in the ASCII form that browsers send; "" if browsers reject the host."""
    try:
        return idna.encode(host, uts46=True).decode()
    except idna.IDNAError:
        pass
    try:
        return host.encode("idna").decode()  # an older standard, which allows emoji
    except UnicodeError:
        return ""


def _may_be_in_a_host(char: str) -> bool:
    return char in "-._" or unicodedata.category(char)[0] in "LMN"


def _has_one_script(label: str) -> bool:
    """Return whether all letters have one script. Latin may be mixed with Chinese, Japanese and
    Korean."""
    scripts = {_script(char) for char in label} - {""}
    return len(scripts) < 2 or scripts == {"LATIN", "CJK"}


def _script(char: str) -> str:
    if unicodedata.category(char) not in ("Lu", "Ll", "Lt", "Lo"):
        return ""  # digits and marks, and letters like "ー" that several scripts share
    word = re.split("[ -]", unicodedata.name(char, ""), maxsplit=1)[0]
    return word if word in ALONE else "CJK" if word in CJK else "OTHER"


def _looks_latin(label: str) -> bool:
    return not label.isascii() and all(char in LOOK_ALIKES or char.isascii() for char in label)
