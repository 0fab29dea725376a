"""Find where URLs begin and end in a text, in any script.

The rule is from Unicode (UTS #58, Link Detection): a mark that ends a sentence belongs to a URL
only if more of the URL follows, and a closing bracket only if the URL has the opening bracket.

We are stricter in three points, because some scripts put no space after a sentence. Little is lost,
because browsers percent-encode the characters of the first two points when people copy a URL:
- Sentence marks and quotation marks beyond ASCII always end the URL.
- Emoji and Markdown marks belong to the URL only if more of it follows.
- If the host is not followed directly by "/", "?" or "#", the URL ends with the host: in
  "example.orgを見て", after "org".

static/js/text/link-detection.js has the same rule; both are tested with the table in
tests/link_cases.py. docs/decisions/0020-links-by-unicodes-rule.md says why we use no library.
"""

import re
import unicodedata
from collections.abc import Iterator

from core.text.unicode_marks import DEFAULT_IGNORABLE, TERMINAL_PUNCTUATION

START = re.compile(r"(?<![A-Za-z0-9])https?://", re.IGNORECASE)
PARTS = "/?#"  # each begins a part of the URL; a pair of brackets must be within one part
SOFT = "!',.:;?*_~’‘"
HARD = '<>"`…‥⋯„‚'
PAIRS = "()[]{}（）［］｛｝｟｠｢｣「」『』【】〈〉《》〔〕〖〗〘〙〚〛⟨⟩﹙﹚﹛﹜﹝﹞"
OPENER_OF = dict(zip(PAIRS[1::2], PAIRS[::2], strict=True))
OPENERS = frozenset(OPENER_OF.values())

# AUTHORITY: everything between "//" and the path. HOST: its beginning, a host in any script, with
# or without a port.
AUTHORITY = re.compile(r"[^/?#\s<>\"]*")
HOST = re.compile(r"(?:\[[0-9A-Fa-f:.]*\]|(?:[A-Za-z0-9.%_-]|[^\x00-\x7f])*)(?::[0-9]*)?")
# A top-level domain has only one script, so it ends before another script: "example.orgを見て".
FOREIGN_TAIL = re.compile(r"(?<=\.)[A-Za-z0-9-]+(?=[^\x00-\u024f\u1e00-\u1eff][^.:]*\Z)")
REFUSED = "@\\"  # a URL with these before its path is detected as a whole, and never linked


def urls_in(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the start, end and text of each URL; `links.is_link` decides which become links."""
    end = 0
    for match in START.finditer(text):
        if match.start() < end:
            continue  # inside the previous URL
        end = _end_of_host(text, match.end()) or _end(text, match.end())
        if end > match.end():
            yield match.start(), end, text[match.start() : end]


def _end(text: str, start: int) -> int:
    """Return the end of a URL, with the termination algorithm of UTS #58."""
    end, opened = start, list[str]()
    for index in range(start, len(text)):
        char = text[index]
        if char in PARTS:
            opened.clear()
        if _is_hard(char):
            break
        if _is_soft(char):
            continue
        if char in OPENERS:
            opened.append(char)
            continue
        if char in OPENER_OF and (not opened or opened.pop() != OPENER_OF[char]):
            break
        end = index + 1
    return end


def _is_hard(char: str) -> bool:
    if char in HARD or char in TERMINAL_PUNCTUATION:
        return True
    category = unicodedata.category(char)
    return category in ("Cc", "Cs", "Co", "Zs", "Zl", "Zp") or (
        category in ("Pi", "Pf") and char not in SOFT
    )


def _is_soft(char: str) -> bool:
    if char in SOFT or char in DEFAULT_IGNORABLE:
        return True
    return not char.isascii() and unicodedata.category(char) in ("So", "Sk")


def _end_of_host(text: str, start: int) -> int:
    """Return the end of a URL that ends with its host; 0 if a path may follow, or if the URL can
    never become a link."""
    found = AUTHORITY.match(text, start)
    authority = found[0] if found else ""
    if any(char in authority for char in REFUSED):
        return 0
    name = HOST.match(authority)
    host = name[0] if name else ""
    if foreign := FOREIGN_TAIL.search(host):
        host = host[: foreign.end()]
    if host == authority:
        return 0
    return start + len(host.rstrip(SOFT + "-"))
