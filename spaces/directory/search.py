"""Search Spaces by title, host and topic.

A Space matches if each word of the query is the beginning of one of its words. Case and accents are
ignored. PostgreSQL uses its full-text search, SQLite a regular expression; the results are the
same.
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

MAX_WORDS = 8
MAX_QUERY_LENGTH = 100  # characters
CONFIG = "simple"  # without stemming, because titles are in any language

_LATIN = [chr(code) for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))]
_STROKES = dict(zip("øØłŁđĐı", "oOlLdDi", strict=True))  # letters that Unicode does not decompose
# Latin letters with accents -> the same letters without accents.
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
    """Return the Spaces that match the query `text`. If it contains no word, no Space matches."""
    words = wanted_by(text)
    if not words:
        return spaces.none()
    if connection.vendor == "postgresql":
        return _by_full_text(spaces, words)
    return spaces.filter(reduce(and_, (_begins(word) for word in words)))


def has_words(known: Collection[str], wanted: Collection[str]) -> bool:
    """Return whether a Space matches, by the same rule as `matching`.

    `known` contains the words of the Space's title, host and topics, `wanted` those of the query,
    both from `words_of`. This uses no regular expression, because one that is built from a query
    could block the event loop for too long.
    """
    return bool(wanted) and all(any(each.startswith(word) for each in known) for word in wanted)


def words_of(text: str) -> list[str]:
    """Return the words of a text, in lower case and without accents."""
    plain = unicodedata.normalize("NFC", text).translate(_FOLD).lower()
    return "".join(char if _is_in_words(char) else " " for char in plain).split()


def wanted_by(text: str) -> list[str]:
    """Return the words of a query, at most MAX_WORDS."""
    return words_of(text[:MAX_QUERY_LENGTH])[:MAX_WORDS]


def _is_in_words(char: str) -> bool:
    """Return whether `char` is a letter, a digit or a combining mark, such as a Hindi vowel."""
    return char.isalnum() or unicodedata.category(char).startswith("M")


def _beginning(word: str) -> str:
    """Return a regular expression for words that begin with `word`, with or without accents."""
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
    """Return SQL that removes accents and punctuation from a text. Without this, PostgreSQL would
    parse an e-mail address, "3.14" or "a/b" as one word, but we search for each part."""
    signs = string.punctuation
    before, after = signs + "".join(PLAIN), " " * len(signs) + "".join(PLAIN.values())
    return Func(text, Value(before), Value(after), function="translate", output_field=TextField())


def _begins(word: str) -> Q:
    """Return the condition that a word of the Space begins with `word`. On SQLite, Django evaluates
    regular expressions with Python's `re`."""
    begins = _beginning(word)
    topics = Topic.objects.filter(spaces=OuterRef("pk"), name__iregex=begins)
    return (
        Q(title__iregex=begins)
        | Q(host__name__iregex=begins)
        | Q(host__handle__iregex=begins)
        | Q(Exists(topics))
    )
