"""Words in a text, and how far apart the spellings of two words are."""

import unicodedata
from collections.abc import Iterator
from functools import cache

APOSTROPHES = "'’"
# Writing systems without spaces between words: a run of letters is not a word.
WITHOUT_SPACES = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN")
COMBINING = range(0x0300, 0x0370)  # diacritical marks of Latin, Greek and Cyrillic letters
SIMILAR = ("iyj", "ie", "ou", "ckq", "sz", "fv", "vw", "dt", "bp", "gj", "mn")  # sounds
LIKE = 0.5  # the cost of a letter that sounds like the right one, a doubled letter, or a silent h


def words_in(text: str) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each run of letters, with the apostrophes between letters."""
    start = None
    for at, character in enumerate(text + " "):
        if is_letter(character):
            start = at if start is None else start
        elif start is not None and not (
            character in APOSTROPHES and at + 1 < len(text) and is_letter(text[at + 1])
        ):
            yield start, at
            start = None


def is_letter(character: str) -> bool:
    """Return whether this is a letter, or a mark that belongs to the letter before it."""
    return unicodedata.category(character)[0] in "LM"


def has_word_boundaries(word: str) -> bool:
    return not any(unicodedata.name(each, "").startswith(WITHOUT_SPACES) for each in word)


def folded(word: str) -> str:
    """Return the word without case and diacritical marks."""
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(each for each in decomposed if ord(each) not in COMBINING)


def distance(one: str, other: str) -> float:
    """Return the cost of turning one folded word into the other (Levenshtein), where a change that
    is hardly heard costs LIKE, and any other change of a letter costs 1."""
    row = [0.0]
    for at in range(len(other)):
        row.append(row[-1] + _cost_of_extra(other, at))
    for i in range(len(one)):
        diagonal, row[0] = row[0], row[0] + _cost_of_extra(one, i)
        for j in range(len(other)):
            replaced = diagonal + _cost_of_replacing(one[i], other[j])
            without_one = row[j + 1] + _cost_of_extra(one, i)
            without_other = row[j] + _cost_of_extra(other, j)
            diagonal, row[j + 1] = row[j + 1], min(replaced, without_one, without_other)
    return row[-1]


def _cost_of_extra(word: str, at: int) -> float:
    is_doubled = at > 0 and word[at] == word[at - 1]
    return LIKE if is_doubled or (word[at] == "h" and at > 0) else 1.0


@cache
def _cost_of_replacing(letter: str, by: str) -> float:
    if letter == by:
        return 0.0
    return LIKE if any(letter in group and by in group for group in SIMILAR) else 1.0
