"""Where an address begins and ends in a text, in any script.

The rule is Unicode's (UTS #58, Link Detection): a mark that ends a sentence belongs to an address
only if more of the address follows, and a closing bracket only if the address opened it. Three
things are stricter here, since scripts that put no space behind a sentence need it, and since a
browser gives out an address with these characters percent-encoded: sentence marks and quotation
marks beyond ASCII end it wherever they stand; emoji and the marks of Markdown belong to it only if
more follows; and it ends where its host does, if no path follows.

static/js/text/link-detection.js is the same rule; both pass the table in tests/link_cases.py. Why
no library does it: docs/decisions/0020-links-by-unicodes-rule.md.
"""

import re
import unicodedata
from collections.abc import Iterator

from core.text.unicode_marks import DEFAULT_IGNORABLE, TERMINAL_PUNCTUATION

START = re.compile(r"(?<![A-Za-z0-9])https?://", re.IGNORECASE)
PARTS = "/?#"  # begin a part; brackets pair within one
SOFT = "!',.:;?*_~’‘"
HARD = '<>"`…‥⋯„‚'
PAIRS = "()[]{}（）［］｛｝｟｠｢｣「」『』【】〈〉《》〔〕〖〗〘〙〚〛⟨⟩﹙﹚﹛﹜﹝﹞"
OPENER_OF = dict(zip(PAIRS[1::2], PAIRS[::2], strict=True))
OPENERS = frozenset(OPENER_OF.values())

# What stands between "//" and the path; and of it the name of a host, in any script, with its port.
AUTHORITY = re.compile(r"[^/?#\s<>\"]*")
HOST = re.compile(r"(?:\[[0-9A-Fa-f:.]*\]|(?:[A-Za-z0-9.%_-]|[^\x00-\x7f])*)(?::[0-9]*)?")
# No top-level domain goes on in another script than it began: "example.orgを見て".
FOREIGN_TAIL = re.compile(r"(?<=\.)[A-Za-z0-9-]+(?=[^\x00-\u024f\u1e00-\u1eff][^.:]*\Z)")
REFUSED = "@\\"  # an address with these is detected whole, and linked by nobody


def addresses_in(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the start, end and text of each address; `links.is_link` says which become links."""
    end = 0
    for match in START.finditer(text):
        if match.start() < end:
            continue  # inside the one before
        end = _end_of_host(text, match.end()) or _end(text, match.end())
        if end > match.end():
            yield match.start(), end, text[match.start() : end]


def _end(text: str, start: int) -> int:
    """Return the end of an address, as the termination algorithm of UTS #58 finds it."""
    end, opened = start, list[str]()
    for place in range(start, len(text)):
        char = text[place]
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
        end = place + 1
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
    """Return the end of an address that ends with its host; 0 if a path may follow."""
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
