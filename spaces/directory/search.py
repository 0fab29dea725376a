"""Find Spaces by title, host and topic: each word typed is one of their words or begins one.

Case and accents do not matter. PostgreSQL uses its full-text search, SQLite a regular expression;
the results are the same.
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
_STROKES = dict(zip("øØłŁđĐı", "oOlLdDi", strict=True))  # Unicode does not decompose these
# Latin letters with accents -> the letters that people type for them.
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
    """Return those of `spaces` that have every word of `text`; none if it has no word."""
    words = wanted_by(text)
    if not words:
        return spaces.none()
    if connection.vendor == "postgresql":
        return _by_full_text(spaces, words)
    return spaces.filter(reduce(and_, (_begins(word) for word in words)))


def has_words(known: Collection[str], wanted: Collection[str]) -> bool:
    """As `matching`, for one Space: `known` are the words of its title, host and topics.

    Both come from `words_of`. It builds no regular expression from what somebody typed: that would
    block the event loop for too long.
    """
    return bool(wanted) and all(any(each.startswith(word) for each in known) for word in wanted)


def words_of(text: str) -> list[str]:
    """Return the words of a text, in lower case and without accents."""
    plain = unicodedata.normalize("NFC", text).translate(_FOLD).lower()
    return "".join(char if _is_of_a_word(char) else " " for char in plain).split()


def wanted_by(text: str) -> list[str]:
    """Return the words to search for, at most MOST_WORDS."""
    return words_of(text[:LONGEST])[:MOST_WORDS]


def _is_of_a_word(char: str) -> bool:
    """Whether it is a letter, a digit or a combining mark (vowels of Hindi and Thai are marks)."""
    return char.isalnum() or unicodedata.category(char).startswith("M")


def _beginning(word: str) -> str:
    """A regular expression for words that begin so; each letter matches with any accent."""
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
    """The SQL text without accents and punctuation: PostgreSQL counts an address, "3.14" or "a/b"
    as one word, and we search for each part."""
    signs = string.punctuation
    given, instead = signs + "".join(PLAIN), " " * len(signs) + "".join(PLAIN.values())
    return Func(text, Value(given), Value(instead), function="translate", output_field=TextField())


def _begins(word: str) -> Q:
    """A word of the Space begins so. Django gives SQLite Python's regular expressions."""
    begins = _beginning(word)
    topics = Topic.objects.filter(spaces=OuterRef("pk"), name__iregex=begins)
    return (
        Q(title__iregex=begins)
        | Q(host__name__iregex=begins)
        | Q(host__handle__iregex=begins)
        | Q(Exists(topics))
    )
