"""How an address is shown: always with the full name of its host.

A host in other scripts is shown as typed only if it can't be mistaken for another one, else in
punycode, as browsers do (UTS #39, "highly restrictive"). static/js/text/shown-address.js has the
same rule; both pass the table in tests/address_cases.py.
"""

import re
import unicodedata
from urllib.parse import urlsplit

import idna

LONGEST_HOST = 60  # characters; of a longer one only the end is shown, which has the owner
ALONE = frozenset({"LATIN", "GREEK", "CYRILLIC"})  # each has letters that look like the others'
CJK = frozenset({"CJK", "HIRAGANA", "KATAKANA", "BOPOMOFO", "HANGUL", "IDEOGRAPHIC"})
# Letters that look like Latin ones: Chromium's list, and Greek ones.
LOOK_ALIKES = frozenset("асԁеһіјӏорԛѕԝхуъЬҽпгѵѡοανρτυικ")


def shown(address: str, *, limit: int | None = None) -> str:
    """Return the address as people read it; with a limit, shortened and without "https://".

    `address` must pass `links.is_link`.
    """
    parts = urlsplit(address)
    host = parts.hostname or ""
    name = parts.netloc if is_plain(host) else parts.netloc.lower().replace(host, punycode(host))
    path = address[len(parts.scheme) + len("://") + len(parts.netloc) :]
    if limit is None:
        return f"{parts.scheme}://{name}{path}"
    if len(name) > LONGEST_HOST:
        name = f"…{name[1 - LONGEST_HOST :]}"
    if len(name + path) <= limit:
        return name + path
    return f"{name}{path[: max(1, limit - 1 - len(name))]}…" if path else name


def is_plain(host: str) -> bool:
    """Whether the host can be shown as typed."""
    if host.isascii():
        return True
    if unicodedata.normalize("NFKC", host) != host or not all(map(_is_of_names, host)):
        return False
    labels = host.split(".")
    if labels[-1].isascii() and any(map(_looks_latin, labels)):
        return False
    return all(map(_is_of_one_script, labels))


def punycode(host: str) -> str:
    """Return the host in the ASCII form that browsers send; "" if they refuse it."""
    try:
        return idna.encode(host, uts46=True).decode()
    except idna.IDNAError:
        pass
    try:
        return host.encode("idna").decode()  # an older standard, in which emoji are allowed
    except UnicodeError:
        return ""


def _is_of_names(char: str) -> bool:
    return char in "-._" or unicodedata.category(char)[0] in "LMN"


def _is_of_one_script(label: str) -> bool:
    scripts = {_script(char) for char in label} - {""}
    return len(scripts) < 2 or scripts == {"LATIN", "CJK"}


def _script(char: str) -> str:
    if unicodedata.category(char) not in ("Lu", "Ll", "Lt", "Lo"):
        return ""  # digits and marks, and letters like "ー" that several scripts share
    word = re.split("[ -]", unicodedata.name(char, ""), maxsplit=1)[0]
    return word if word in ALONE else "CJK" if word in CJK else "OTHER"


def _looks_latin(label: str) -> bool:
    return not label.isascii() and all(char in LOOK_ALIKES or char.isascii() for char in label)
