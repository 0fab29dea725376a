"""Clean text that people write, and check whether it has a visible character.

static/js/text/written-text.js has the same rule, so that pages count the same length. Both are
tested with the table in tests/written_text_cases.py.
"""

import re
import unicodedata

from core.text.unicode_marks import DEFAULT_IGNORABLE

# Embeddings, overrides and isolates (UAX #9), which change the direction of the text around them.
# The marks that right-to-left scripts need (LRM, RLM, ALM) and the joiners of emoji are kept.
DIRECTION_CONTROLS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
# Blank characters that Unicode counts as letters, marks or symbols.
BLANK = frozenset("\u2800\ufffc\U00013441\U00013442\U00016fe4\U0001d159")


def as_one_line(text: str) -> str:
    """Turn a text into one line without control characters and repeated spaces, in Unicode
    normalization form C. Return "" if it has no visible character."""
    whole = unicodedata.normalize("NFC", text).translate(DIRECTION_CONTROLS)
    spaced = "".join(c if unicodedata.category(c) != "Cc" else " " for c in whole)
    line = " ".join(spaced.split())
    return line if any(map(is_visible, line)) else ""


def as_lines(text: str) -> str:
    """Clean each line with `as_one_line`, and keep at most one empty line in a row.

    A line end becomes one character; browsers send two.
    """
    lines = "\n".join(map(as_one_line, re.split(r"\r\n|\r|\n", text)))
    return re.sub(r"\n{3,}", "\n\n", lines).strip("\n")


def is_visible(char: str) -> bool:
    """Return whether a character is visible. Unassigned ones, e.g. new emoji, count as visible."""
    if char in DEFAULT_IGNORABLE or char in BLANK:
        return False
    if unicodedata.category(char) == "Cn":
        return ord(char) & 0xFFFE != 0xFFFE and not 0xFDD0 <= ord(char) <= 0xFDEF
    return unicodedata.category(char) not in ("Cc", "Cs", "Co", "Zs", "Zl", "Zp")
