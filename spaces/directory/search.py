"""Find Spaces by title, host and topic: each word is one of theirs, or begins one, in any case and
with or without its accents.

PostgreSQL does it by full text, SQLite by a regular expression; the answers are the same.
"""

import string
import unicodedata
from collections.abc import Collection
from functools import reduce
from operator import and_
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import connection
from django.db.models import Exists, Func, OuterRef, Q, Subquery, TextField, Value

from spaces.models import Topic
from spaces.models.space import SpaceQuerySet

MOST_WORDS = 8
LONGEST = 100  # characters
CONFIG = "simple"  # no stemming: titles come in every language

_LATIN = [chr(code) for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))]
_STROKES = dict(zip("øØłŁđĐı", "oOlLdDi", strict=True))  # letters of their own to Unicode
# Latin letters with accents, and the ones that people type for them.
PLAIN = _STROKES | {
    char: base
    for char in _LATIN
    if (base := unicodedata.normalize("NFD", char)[0]) != char and base.isascii()
}
_FOLD = str.maketrans(PLAIN)
_ACCENTED = {
    base: f"[{base}{''.join(char for char in PLAIN if PLAIN[char] == base)}]"
    for base in PLAIN.values()
}


def matching(spaces: SpaceQuerySet, text: str) -> SpaceQuerySet:
    """Those of `spaces` that have every word of `text`; none when it has no word."""
    words = wanted_by(text)
    if not words:
        return spaces.none()
    if connection.vendor == "postgresql":
        return _by_full_text(spaces, words)
    return spaces.filter(reduce(and_, (_begins(word) for word in words)))


def has_words(known: Collection[str], wanted: Collection[str]) -> bool:
    """As `matching`, of one Space: `known` are the words of its title, host and topics.

    Both are `words_of` a text. No expression is built of what somebody typed: that takes longer
    than an event loop should be kept waiting.
    """
    return bool(wanted) and all(any(each.startswith(word) for each in known) for word in wanted)


def words_of(text: str) -> list[str]:
    """In small letters without accents."""
    plain = unicodedata.normalize("NFC", text).translate(_FOLD).lower()
    return "".join(char if _is_of_a_word(char) else " " for char in plain).split()


def wanted_by(text: str) -> list[str]:
    """The words that somebody who typed this looks for."""
    return words_of(text[:LONGEST])[:MOST_WORDS]


def _is_of_a_word(char: str) -> bool:
    """Letters, digits, and the signs that stand on them: vowels of Hindi and Thai are such."""
    return char.isalnum() or unicodedata.category(char).startswith("M")


def _beginning(word: str) -> str:
    """As a regular expression that finds each letter with any accent."""
    return r"(?<![^\W_])" + "".join(_ACCENTED.get(char, char) for char in word)


def _by_full_text(spaces: SpaceQuerySet, words: list[str]) -> SpaceQuerySet:
    topics = Topic.objects.filter(spaces=OuterRef("pk")).order_by().values("spaces")
    names = topics.annotate(names=StringAgg("name", Value(" "))).values("names")
    parts = ["title", "host__name", "host__handle", Subquery(names)]
    text = Func(Value(" "), *parts, function="concat_ws", output_field=TextField())
    document = SearchVector(_plain(text), config=CONFIG)
    query = " & ".join(f"{word}:*" for word in words)
    wanted = SearchQuery(query, config=CONFIG, search_type="raw")
    return spaces.annotate(document=document).filter(document=wanted)


def _plain(text: Any) -> Func:
    """Without accents and signs: PostgreSQL makes one word of an address, a version, "3.14" or
    "a/b", and we look for each."""
    signs = string.punctuation
    given, instead = signs + "".join(PLAIN), " " * len(signs) + "".join(PLAIN.values())
    return Func(text, Value(given), Value(instead), function="translate", output_field=TextField())


def _begins(word: str) -> Q:
    """A word of the Space begins so: Python's own expressions, which SQLite is given by Django."""
    begins = _beginning(word)
    topics = Topic.objects.filter(spaces=OuterRef("pk"), name__iregex=begins)
    return (
        Q(title__iregex=begins)
        | Q(host__name__iregex=begins)
        | Q(host__handle__iregex=begins)
        | Q(Exists(topics))
    )
