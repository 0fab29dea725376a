"""The avatar of somebody without a picture: initials on one of 24 pairs of hues."""

import unicodedata
import zlib

PALETTES = 24
MARKS_KEPT = 2  # enough for a vowel sign and a dot; a "zalgo" pile would leave its circle


def initials_of(name: str) -> str:
    """One or two letters: first and last word. "" where a name holds no letter or digit.

    A letter is kept whole with its combining marks. Scripts written from right to left give one:
    two would join into something that is neither.
    """
    letters = [letter for word in name.split() if (letter := _first_letter(word))]
    if not letters:
        return ""
    if len(letters) == 1 or any(_is_right_to_left(letter) for letter in letters):
        return letters[0]
    return letters[0] + letters[-1]


def palette_of(handle: str) -> int:
    """0-23, the same on every machine and for every spelling of the handle."""
    return zlib.crc32(handle.lower().encode()) % PALETTES


def _first_letter(word: str) -> str:
    word = unicodedata.normalize("NFC", word)
    for at, char in enumerate(word):
        if char.isalnum():
            upper = char.upper()
            letter = upper if len(upper) == 1 else char  # "ß" has no capital of one letter
            return letter + _marks(word[at + 1 :])
    return ""


def _marks(rest: str) -> str:
    kept = ""
    for char in rest[:MARKS_KEPT]:
        if not unicodedata.category(char).startswith("M") or _is_emoji_mark(char):
            break
        kept += char
    return kept


def _is_emoji_mark(char: str) -> bool:
    return char in "\N{VARIATION SELECTOR-16}\N{COMBINING ENCLOSING KEYCAP}"


def _is_right_to_left(letter: str) -> bool:
    return unicodedata.bidirectional(letter[0]) in {"R", "AL"}
