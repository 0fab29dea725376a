"""Ordinary words of a language, which are never corrected."""

import gzip
from functools import cache
from pathlib import Path

ENGLISH = Path(__file__).with_name("english.txt.gz")


@cache
def ordinary_words(language: str) -> frozenset[str] | None:
    """Return the words in lower case, or None for a language (ISO 639) without a list."""
    if language != "en":
        return None
    return frozenset(gzip.decompress(ENGLISH.read_bytes()).decode().split())
