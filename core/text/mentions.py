"""Find mentions such as "@ana" in a text, even next to letters of scripts that use no spaces.

E-mail addresses, handles on other sites ("@ana@example.org") and parts of URLs are not mentions.
static/js/text/mentions.js has the same rule; both are tested with the table in tests/link_cases.py.
"""

import re
from collections.abc import Iterator

from core.text.link_detection import urls_in

LATIN = "A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"
HANDLE = re.compile(
    rf"(?<![0-9_@＠/+&={LATIN}])"  # part of an e-mail address or a path
    r"[@＠](?P<handle>[A-Za-z0-9_]{3,15})"
    rf"(?![0-9_@＠{LATIN}\u0300-\u036f])"  # a longer word, or a handle on another site
    r"(?!(?:\.[A-Za-z0-9-]+){2})"  # "@ana.example.org"
)
BEHIND_A_WORD = re.compile(r"\w\Z")
DOMAIN = re.compile(r"\.[^\W_]|-")


def mentions_in(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the start, end and handle of each mention, with the handle as it is written."""
    urls = [(start, stop) for start, stop, _ in urls_in(text)]
    for match in HANDLE.finditer(text):
        begin, end = match.span()
        if any(start <= begin < stop for start, stop in urls) or _is_email(text, begin, end):
            continue
        yield begin, end, match["handle"]


def _is_email(text: str, begin: int, end: int) -> bool:
    """Return whether this is part of an e-mail address in any script, e.g. "почта@example.org"."""
    before = BEHIND_A_WORD.search(text, max(0, begin - 1), begin)
    return before is not None and DOMAIN.match(text, end) is not None
