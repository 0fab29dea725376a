"""The avatar of a person without a picture: their initials on one of 24 colour palettes."""

import unicodedata
import zlib
from functools import lru_cache

PALETTES = 24
MAX_KEPT = 4_000  # results in each process, because a page shows up to a hundred avatars
MAX_MARKS = 2  # enough for a vowel sign and a dot; more ("zalgo" text) would overflow the avatar


@lru_cache(MAX_KEPT)
def initials_of(name: str) -> str:
    """Return the initials of the first and last word; "" if the name has no letter or digit.

    The initials include combining marks. A name in a right-to-left script has one initial only,
    because two Arabic letters would join into a different shape.
    """
    letters = [letter for word in name.split() if (letter := _first_letter(word))]
    if not letters:
        return ""
    if len(letters) == 1 or any(_is_right_to_left(letter) for letter in letters):
        return letters[0]
    return letters[0] + letters[-1]


def palette_of(handle: str) -> int:
    """Return 0-23, the same on every machine and for every capitalization of the handle."""
    return zlib.crc32(handle.lower().encode()) % PALETTES


def _first_letter(word: str) -> str:
    word = unicodedata.normalize("NFC", word)
    for at, char in enumerate(word):
        if char.isalnum():
            upper = char.upper()
            letter = upper if len(upper) == 1 else char  # "ß".upper() is "SS"
            return letter + _marks(word[at + 1 :])
    return ""


def _marks(rest: str) -> str:
    kept = ""
    for char in rest[:MAX_MARKS]:
        if not unicodedata.category(char).startswith("M") or _is_emoji_mark(char):
            break
        kept += char
    return kept


def _is_emoji_mark(char: str) -> bool:
    return char in "\N{VARIATION SELECTOR-16}\N{COMBINING ENCLOSING KEYCAP}"


def _is_right_to_left(letter: str) -> bool:
    return unicodedata.bidirectional(letter[0]) in {"R", "AL"}
