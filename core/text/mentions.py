"""Mentions in a text: "@ana", also next to letters of scripts that use no spaces.

E-mail addresses, handles of other sites ("@ana@example.org") and parts of web addresses are no
mentions. static/js/text/mentions.js has the same rule; both pass the table in tests/link_cases.py.
"""

import re
from collections.abc import Iterator

from core.text.link_detection import addresses_in

LATIN = "A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"
HANDLE = re.compile(
    rf"(?<![0-9_@＠/+&={LATIN}])"  # an e-mail address or a path
    r"[@＠](?P<handle>[A-Za-z0-9_]{3,15})"
    rf"(?![0-9_@＠{LATIN}\u0300-\u036f])"  # a longer word, or a handle elsewhere
    r"(?!(?:\.[A-Za-z0-9-]+){2})"  # "@ana.example.org"
)
BEHIND_A_WORD = re.compile(r"\w\Z")
DOMAIN = re.compile(r"\.[^\W_]|-")


def mentions_in(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the start, end and handle of each mention, the handle as it is written."""
    addresses = [(start, stop) for start, stop, _ in addresses_in(text)]
    for match in HANDLE.finditer(text):
        begin, end = match.span()
        if any(start <= begin < stop for start, stop in addresses) or _is_email(text, begin, end):
            continue
        yield begin, end, match["handle"]


def _is_email(text: str, begin: int, end: int) -> bool:
    """Whether it is like "почта@example.org": a letter of any script before, a domain behind."""
    before = BEHIND_A_WORD.search(text, max(0, begin - 1), begin)
    return before is not None and DOMAIN.match(text, end) is not None
