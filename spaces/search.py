"""Find Spaces by title, host and topic: each word is one of theirs, or begins one.

PostgreSQL does it by full text, SQLite by a regular expression; the answers are the same.
"""

import re
import string
import unicodedata
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


def matching(spaces: SpaceQuerySet, text: str) -> SpaceQuerySet:
    """Those of `spaces` that have every word of `text`; none when it has no word."""
    words = _words_of(text)
    if not words:
        return spaces.none()
    if connection.vendor == "postgresql":
        return _by_full_text(spaces, words)
    return spaces.filter(reduce(and_, (_begins(word) for word in words)))


def has_words(text: str, wanted: str) -> bool:
    """As `matching`, of the text of one Space: its title, host and topics."""
    words = _words_of(wanted)
    return bool(words) and all(re.search(_beginning(word), text, re.I) for word in words)


def _words_of(text: str) -> list[str]:
    whole = unicodedata.normalize("NFC", text[:LONGEST])
    return "".join(char if _is_of_a_word(char) else " " for char in whole).split()[:MOST_WORDS]


def _is_of_a_word(char: str) -> bool:
    """Letters, digits, and the signs that stand on them: vowels of Hindi and Thai are such."""
    return char.isalnum() or unicodedata.category(char).startswith("M")


def _beginning(word: str) -> str:
    return rf"(?<![^\W_]){word}"


def _by_full_text(spaces: SpaceQuerySet, words: list[str]) -> SpaceQuerySet:
    topics = Topic.objects.filter(spaces=OuterRef("pk")).order_by().values("spaces")
    names = topics.annotate(names=StringAgg("name", Value(" "))).values("names")
    parts = ["title", "host__name", "host__handle", Subquery(names)]
    text = Func(Value(" "), *parts, function="concat_ws", output_field=TextField())
    document = SearchVector(_without_signs(text), config=CONFIG)
    query = " & ".join(f"{word}:*" for word in words)
    wanted = SearchQuery(query, config=CONFIG, search_type="raw")
    return spaces.annotate(document=document).filter(document=wanted)


def _without_signs(text: Any) -> Func:
    """PostgreSQL makes one word of an address, a version, "3.14" or "a/b"; we look for each."""
    signs = string.punctuation
    spaces = Value(" " * len(signs))
    return Func(text, Value(signs), spaces, function="translate", output_field=TextField())


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
