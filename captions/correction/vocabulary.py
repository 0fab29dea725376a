"""Names and special words, and texts in which they are corrected."""

from collections.abc import Iterable

from captions.correction.ordinary_words import ordinary_words
from captions.correction.spelling import (
    APOSTROPHES,
    LIKE,
    distance,
    folded,
    has_word_boundaries,
    words_in,
)

SHORTEST = 4  # letters; shorter words resemble too many others
# (letters, allowed distance): a longer word may differ more. Where we don't know the ordinary words
# of a language, only long words are corrected.
ALLOWED = ((9, 2.0), (7, 1.0), (5, 0.5), (SHORTEST, 0.0))
ALLOWED_BLINDLY = ((8, 1.0), (SHORTEST, 0.0))
LONGEST_CHANGE = 2  # letters by which the lengths may differ
SHORTEST_JOINED = 7  # letters of a word that was recognized as two
ENDINGS = tuple(f"{apostrophe}s" for apostrophe in APOSTROPHES)


class Vocabulary:
    """Corrects near misses of these words in texts of one language (ISO 639; "" if not known).

    Ordinary words of the language are neither corrected nor used as corrections. If they are not
    known, only words with a capital letter are corrected, in scripts that have capitals.
    """

    def __init__(self, words: Iterable[str], language: str) -> None:
        self._ordinary = ordinary_words(language)
        self._words: dict[str, str] = {}  # folded: as it is written
        for text in words:
            for start, end in words_in(text):
                word = text[start:end]
                if self._may_change(word):
                    self._words.setdefault(folded(word), word)

    def correct(self, text: str) -> str:
        if not self._words:
            return text
        parts: list[str] = []
        end = 0
        spans = list(words_in(text))
        while spans:
            start, stop = spans.pop(0)
            parts.append(text[end:start])
            end = stop
            word = text[start:stop]
            if spans and text[stop : spans[0][0]] == " ":
                joined = self._joined(word, text[slice(*spans[0])])
                if joined:
                    end = spans.pop(0)[1]
                    parts.append(joined)
                    continue
            parts.append(self._corrected(word))
        return "".join([*parts, text[end:]])

    def _corrected(self, word: str) -> str:
        ending = word[-2:] if word.endswith(ENDINGS) else ""
        stem = word.removesuffix(ending)
        if not self._may_change(stem):
            return word
        return _in_case_of(stem, self._nearest(folded(stem)) or stem) + ending

    def _joined(self, first: str, second: str) -> str:
        """Return the word that was recognized as these two, or ""."""
        if not (self._may_change(first, 2) or self._may_change(second, 2)):
            return ""
        both = folded(first + second)
        return self._words.get(both, "") if len(both) >= SHORTEST_JOINED else ""

    def _may_change(self, word: str, shortest: int = SHORTEST) -> bool:
        plain = folded(word)
        if len(plain) < shortest or not has_word_boundaries(word):
            return False
        if self._ordinary is None:
            return not word[0].islower()
        return plain not in self._ordinary and word.lower() not in self._ordinary

    def _nearest(self, word: str) -> str:
        """Return the word that this folded word was meant to be, or ""."""
        if word in self._words:
            return self._words[word]
        found: dict[str, float] = {}
        for each in self._words:
            if abs(len(each) - len(word)) > LONGEST_CHANGE or distance(each[0], word[0]) > LIKE:
                continue
            cost = distance(word, each)
            # A word with an ending ("podcasts") is another word than the one without.
            if cost > LIKE and (each.startswith(word) or word.startswith(each)):
                continue
            if cost <= self._allowed(min(len(word), len(each))):
                found[each] = cost
        nearest = [each for each, cost in found.items() if cost == min(found.values())]
        return self._words[nearest[0]] if len(nearest) == 1 else ""

    def _allowed(self, letters: int) -> float:
        table = ALLOWED if self._ordinary is not None else ALLOWED_BLINDLY
        return next((allowed for least, allowed in table if letters >= least), 0.0)


def _in_case_of(before: str, word: str) -> str:
    """Return the word as the vocabulary writes it, but in capitals where the text has them."""
    if before.isupper() and len(before) > 1:
        return word.upper()
    return word[0].upper() + word[1:] if before[0].isupper() and word.islower() else word
